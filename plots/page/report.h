#pragma once

// The report: one HTML file that holds everything it shows and asks nobody for anything.

#include <optional>
#include <string>

#include "results/model/model.h"

namespace splicebench {

struct ReportInput {
  Result result;
  std::string file;  ///< how the user named it; not trusted text
  std::optional<Result> older;
  std::string older_file;
};

/// Stands near the beginning of every page.
inline constexpr const char* kPageMark = "<title>splicebench: ";

/// The page. Throws UsageError when the result has no sample at all.
std::string report_page(const ReportInput& input);

}  // namespace splicebench
