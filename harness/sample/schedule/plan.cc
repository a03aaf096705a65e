#include "harness/sample/schedule/plan.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace splicebench {

namespace {

bool is_narrow(const PlanRow& row, double precision) { return row.width.value_or(0) <= precision; }

bool tells(const PlanRow& row, double precision) {
  return is_narrow(row, precision) && (!row.width || row.told <= precision);
}

/// What a row still lacks.
struct Goal {
  bool last;       ///< it is narrow, and would not yet claim a difference of the precision
  double seconds;  ///< to get there

  bool operator<(const Goal& other) const {
    return last == other.last ? seconds < other.seconds : !last;
  }
};

/// Until `figure` has come down to `goal`. Whole blocks; one that is not known yet is looked at
/// again after one.
double seconds_to(const PlanRow& row, double figure, double goal) {
  if (std::isinf(figure)) return row.seconds;
  const double times = figure / goal;
  const double blocks = static_cast<double>(row.rounds) / static_cast<double>(row.block);
  return std::max(1.0, std::ceil((times * times - 1) * blocks)) * row.seconds;
}

Goal goal_of(const PlanRow& row, double precision) {
  if (is_narrow(row, precision)) return {true, seconds_to(row, row.told, precision)};
  const bool coarse = *row.width > kCoarse * precision;
  if (coarse && row.rounds < kToTellStates) return {false, row.seconds};
  return {false, seconds_to(row, *row.width, coarse ? kCoarse * precision : precision)};
}

}  // namespace

std::int64_t first_stage(std::size_t modes) {
  const std::int64_t block = static_cast<std::int64_t>(modes);
  return (kFirstStage + block - 1) / block * block;
}

std::vector<std::size_t> next_pass(const std::vector<PlanRow>& rows, double precision,
                                   double seconds) {
  std::vector<std::pair<Goal, std::size_t>> wide;
  for (std::size_t row = 0; row < rows.size(); ++row) {
    if (!tells(rows[row], precision)) wide.emplace_back(goal_of(rows[row], precision), row);
  }
  std::sort(wide.begin(), wide.end());
  std::vector<std::size_t> reaching;
  std::vector<std::size_t> any;
  double left = seconds;
  for (const auto& [goal, row] : wide) {
    if (goal.seconds <= left) {
      left -= goal.seconds;
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
  return static_cast<std::size_t>(
      std::count_if(rows.begin(), rows.end(),
                    [precision](const PlanRow& row) { return is_narrow(row, precision); }));
}

std::size_t rows_telling(const std::vector<PlanRow>& rows, double precision) {
  return static_cast<std::size_t>(std::count_if(
      rows.begin(), rows.end(), [precision](const PlanRow& row) { return tells(row, precision); }));
}

}  // namespace splicebench
