#include "harness/sample/schedule/plan.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace splicebench {

namespace {

/// Whole blocks; one that has no interval yet is looked at again after one.
double seconds_to_goal(const PlanRow& row, double precision) {
  const bool coarse = *row.width > kCoarse * precision;
  if (std::isinf(*row.width) || (coarse && row.rounds < kToTellStates)) return row.seconds;
  const double goal = coarse ? kCoarse * precision : precision;
  const double times = *row.width / goal;
  const double blocks = static_cast<double>(row.rounds) / static_cast<double>(row.block);
  return std::max(1.0, std::ceil((times * times - 1) * blocks)) * row.seconds;
}

}  // namespace

std::int64_t first_stage(std::size_t modes) {
  const std::int64_t block = static_cast<std::int64_t>(modes);
  return (kFirstStage + block - 1) / block * block;
}

std::vector<std::size_t> next_pass(const std::vector<PlanRow>& rows, double precision,
                                   double seconds) {
  std::vector<std::pair<double, std::size_t>> wide;
  for (std::size_t row = 0; row < rows.size(); ++row) {
    if (rows[row].width.value_or(0) > precision)
      wide.emplace_back(seconds_to_goal(rows[row], precision), row);
  }
  std::sort(wide.begin(), wide.end());
  std::vector<std::size_t> reaching;
  std::vector<std::size_t> any;
  double left = seconds;
  for (const auto& [cost, row] : wide) {
    if (cost <= left) {
      left -= cost;
      reaching.push_back(row);
    }
    if (rows[row].seconds <= seconds) {
      seconds -= rows[row].seconds;
      any.push_back(row);
    }
  }
  return reaching.empty() ? any : reaching;
}

std::size_t rows_there(const std::vector<PlanRow>& rows, double precision) {
  return static_cast<std::size_t>(std::count_if(rows.begin(), rows.end(), [&](const PlanRow& row) {
    return row.width.value_or(0) <= precision;
  }));
}

}  // namespace splicebench
