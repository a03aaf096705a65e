#include "results/stats/two_states.h"

#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

#include "results/model/metrics.h"
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

/// A sample as a state is told from it, and what it is shown as.
struct EndAndValue {
  double end = 0;  ///< bytes per second of its second half
  double value = 0;
};

/// Empty where a sample does not tell.
std::vector<EndAndValue> ends_and_values(const CaseResult& result, const std::string& unit) {
  std::vector<EndAndValue> all;
  for (const Sample& sample : result.samples) {
    if (!sample.error.empty()) continue;
    if (sample.marks.size() != kMarks) return {};
    const double half = sample.marks.back() - sample.marks[kMarks / 2 - 1];
    if (const std::optional<double> value = metric_of(sample, unit))
      all.push_back({static_cast<double>(sample.bytes) / 2 / half, *value});
  }
  return all;
}

std::optional<TwoStates> states_by_end(const CaseResult& result, const std::string& unit) {
  std::vector<EndAndValue> all = ends_and_values(result, unit);
  std::sort(all.begin(), all.end(),
            [](const EndAndValue& a, const EndAndValue& b) { return a.end < b.end; });
  std::vector<double> ends;
  for (const EndAndValue& one : all) ends.push_back(one.end);
  const std::optional<TwoStates> found = two_states_of(ends);
  if (!found) return std::nullopt;
  const std::size_t split =
      static_cast<std::size_t>(std::lround(found->low_share * static_cast<double>(all.size())));
  std::vector<double> low;
  std::vector<double> high;
  for (std::size_t i = 0; i < all.size(); ++i) (i < split ? low : high).push_back(all[i].value);
  std::sort(low.begin(), low.end());
  std::sort(high.begin(), high.end());
  // What is slow may be dear.
  if (high.back() < low.front()) std::swap(low, high);
  const TwoStates states{median_of_sorted(low), median_of_sorted(high),
                         static_cast<double>(low.size()) / static_cast<double>(all.size())};
  const bool apart = low.front() > 0 && low.back() < high.front() &&
                     states.high >= states.low * std::exp(kLeastApart);
  return apart ? std::optional(states) : std::nullopt;
}

}  // namespace

std::optional<TwoStates> states_of(const CaseResult& result, const std::string& unit) {
  if (unit == "system-cpu-sec/GB") return std::nullopt;
  const std::optional<TwoStates> states = two_states_of(values_of(result, unit));
  return states ? states : states_by_end(result, unit);
}

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
