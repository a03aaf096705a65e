#include "harness/sample/schedule/plan.h"

#include <algorithm>

namespace splicebench {

std::int64_t first_stage(std::size_t modes) {
  const std::int64_t block = static_cast<std::int64_t>(modes);
  return (kFirstStage + block - 1) / block * block;
}

std::vector<std::size_t> next_pass(const std::vector<PlanRow>& rows, double precision,
                                   double seconds) {
  std::vector<std::size_t> wide;
  for (std::size_t row = 0; row < rows.size(); ++row) {
    if (rows[row].width.value_or(0) > precision) wide.push_back(row);
  }
  std::stable_sort(wide.begin(), wide.end(),
                   [&](std::size_t a, std::size_t b) { return *rows[a].width > *rows[b].width; });
  std::vector<std::size_t> pass;
  for (const std::size_t row : wide) {
    if (rows[row].seconds > seconds) continue;
    seconds -= rows[row].seconds;
    pass.push_back(row);
  }
  return pass;
}

std::size_t rows_there(const std::vector<PlanRow>& rows, double precision) {
  return static_cast<std::size_t>(std::count_if(rows.begin(), rows.end(), [&](const PlanRow& row) {
    return row.width.value_or(0) <= precision;
  }));
}

}  // namespace splicebench
