#include "results/stats/two_states.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "results/stats/summary.h"

namespace splicebench {

namespace {

constexpr std::size_t kFewestToTell = 12;
constexpr double kLeastApart = 0.0953;  // ln 1.1

double mean_distance(std::span<const double> part) {
  const double centre = median_of_sorted(part);
  double sum = 0;
  for (const double one : part) sum += std::abs(one - centre);
  return sum / static_cast<double>(part.size());
}

}  // namespace

std::optional<TwoStates> two_states_of(std::span<const double> values) {
  const std::size_t n = values.size();
  if (n < kFewestToTell || std::any_of(values.begin(), values.end(), [](double value) {
        return !(value > 0) || std::isinf(value);
      })) {
    return std::nullopt;
  }
  std::vector<double> logs(values.begin(), values.end());
  for (double& one : logs) one = std::log(one);
  std::sort(logs.begin(), logs.end());
  const std::span<const double> all(logs);
  const std::size_t least = std::max<std::size_t>(3, (n + 4) / 5);
  double needed = std::clamp(100 / static_cast<double>(n), 3.0, 6.0);
  std::optional<TwoStates> states;
  for (std::size_t split = least; split <= n - least; ++split) {
    const std::span<const double> low = all.first(split);
    const std::span<const double> high = all.subspan(split);
    const double gap = high.front() - low.back();
    const double within = std::max(mean_distance(low), mean_distance(high));
    const double apart = median_of_sorted(high) - median_of_sorted(low);
    if (apart < kLeastApart || gap <= needed * within) continue;
    if (within > 0) needed = gap / within;
    states = TwoStates{std::exp(median_of_sorted(low)), std::exp(median_of_sorted(high)),
                       static_cast<double>(split) / static_cast<double>(n)};
  }
  return states;
}

}  // namespace splicebench
