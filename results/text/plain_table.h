#pragma once

// A table of texts under one header, in the formats that hold such a thing.

#include <string>
#include <string_view>
#include <vector>

namespace splicebench {

struct PlainTable {
  std::vector<std::string> header;
  std::vector<std::vector<std::string>> rows;  ///< each as long as the header

  /// Columns aligned, cells as name_text() has them, text to the left and from the column
  /// `numbers_from` on to the right.
  std::string text(std::size_t numbers_from) const;
  /// RFC 4180.
  std::string csv() const;
  /// A table as GitHub renders it, aligned like text().
  std::string markdown(std::size_t numbers_from) const;
};

/// One field of CSV, quoted where Go's encoding/csv quotes, with an apostrophe before what would be
/// a formula.
std::string csv_field(std::string_view field);

/// Text as it shows in a cell of a Markdown table: what Markdown would take for markup is escaped.
std::string markdown_cell(std::string_view text);

}  // namespace splicebench
