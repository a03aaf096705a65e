#pragma once

// A Comparison as text for people, CSV for spreadsheets, JSON for programs and Markdown for pull
// requests. text and csv are benchstat's, byte for byte.

#include <string>
#include <vector>

#include "results/compare/comparison.h"

namespace splicebench {

std::string comparison_text(const Comparison& comparison);
std::string comparison_markdown(const Comparison& comparison);

/// Makes its names those of name_text(): for a terminal.
void tame_names(Comparison& comparison);

/// `warnings` gets the notes that text shows under a table, each with its cell: "D6: text".
std::string comparison_csv(const Comparison& comparison, std::vector<std::string>& warnings);

/// Numbers of the notes of one table in order of first use.
class Footnotes {
 public:
  /// Superscript numbers with a space between: "¹ ²". Empty for no warnings.
  std::string mark(const std::vector<std::string>& warnings);
  /// "¹ text" per note.
  std::vector<std::string> lines() const;

 private:
  std::vector<std::string> notes_;
};

/// Change of a ratio of geometric means: "+8.98%", "?" when there is none.
std::string format_ratio(const std::optional<double>& ratio);

}  // namespace splicebench
