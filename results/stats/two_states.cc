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
constexpr std::size_t kFewestForValley = 30;
constexpr double kHillsApart = 0.2231;  // ln 1.25
constexpr double kValley = 3.5;         // standard errors

double mean_distance(std::span<const double> part) {
  const double centre = median_of_sorted(part);
  double sum = 0;
  for (const double one : part) sum += std::abs(one - centre);
  return sum / static_cast<double>(part.size());
}

/// All take logarithms, ascending.
TwoStates parted(std::span<const double> all, std::size_t split) {
  return {std::exp(median_of_sorted(all.first(split))),
          std::exp(median_of_sorted(all.subspan(split))),
          static_cast<double>(split) / static_cast<double>(all.size())};
}

std::size_t least_part(std::size_t n) { return std::max<std::size_t>(3, (n + 4) / 5); }

std::optional<TwoStates> states_by_gap(std::span<const double> all) {
  const std::size_t n = all.size();
  const std::size_t least = least_part(n);
  double needed = std::clamp(100 / static_cast<double>(n), 3.0, 6.0);
  std::optional<TwoStates> states;
  for (std::size_t split = least; split <= n - least; ++split) {
    const std::span<const double> low = all.first(split);
    const std::span<const double> high = all.subspan(split);
    const double gap = high.front() - low.back();
    const double within = std::max(mean_distance(low), mean_distance(high));
    const double apart = median_of_sorted(high) - median_of_sorted(low);
    if (apart < kLeastApart || gap <= needed * within) continue;
    needed = gap / within;  // infinite where there are two values: no other split has a gap
    states = parted(all, split);
  }
  return states;
}

std::size_t count_within(std::span<const double> all, double centre, double reach) {
  const auto begin = std::lower_bound(all.begin(), all.end(), centre - reach);
  return static_cast<std::size_t>(std::upper_bound(begin, all.end(), centre + reach) - begin);
}

/// Where between `low` and `high` the fewest lie: of five windows of a quarter of the distance.
double emptiest_between(std::span<const double> all, double low, double high) {
  const double quarter = (high - low) / 4;
  double best = low + quarter;
  for (int i = 1; i < 5; ++i) {
    const double centre = low + quarter + quarter * i / 2;
    if (count_within(all, centre, quarter / 2) < count_within(all, best, quarter / 2))
      best = centre;
  }
  return best;
}

std::optional<TwoStates> states_by_valley(std::span<const double> all) {
  const std::size_t n = all.size();
  if (n < kFewestForValley) return std::nullopt;
  const std::size_t least = least_part(n);
  double most = kValley;
  std::optional<double> valley;
  for (std::size_t split = least; split <= n - least; ++split) {
    const double low = median_of_sorted(all.first(split));
    const double high = median_of_sorted(all.subspan(split));
    if (high - low < kHillsApart) continue;
    const double reach = (high - low) / 8;
    const double centre = emptiest_between(all, low, high);
    const auto hill = static_cast<double>(
        std::min(count_within(all, low, reach), count_within(all, high, reach)));
    const auto between = static_cast<double>(count_within(all, centre, reach));
    const double errors = (hill - between) / std::sqrt(hill + between);
    if (!(errors > most)) continue;  // 0 / 0 where nothing lies near either
    most = errors;
    valley = centre;
  }
  if (!valley) return std::nullopt;
  const auto split =
      static_cast<std::size_t>(std::lower_bound(all.begin(), all.end(), *valley) - all.begin());
  return parted(all, std::clamp(split, least, n - least));
}

/// A sample as a state is told from it, and what it is shown as.
struct EndAndValue {
  double end;  ///< twice the bytes per second of its second half
  double value;
};

/// Empty where a sample does not tell.
std::vector<EndAndValue> ends_and_values(const CaseResult& result, const std::string& unit) {
  std::vector<EndAndValue> all;
  for (const Sample& sample : result.samples) {
    if (!sample.error.empty()) continue;
    if (sample.marks.size() != kMarks) return {};
    const double half = sample.marks.back() - sample.marks[kMarks / 2 - 1];
    if (const std::optional<double> value = metric_of(sample, unit))
      all.push_back({static_cast<double>(sample.bytes) / half, *value});
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
  if (values.size() < kFewestToTell || std::any_of(values.begin(), values.end(), [](double value) {
        return !(value > 0) || std::isinf(value);
      })) {
    return std::nullopt;
  }
  std::vector<double> logs(values.begin(), values.end());
  for (double& one : logs) one = std::log(one);
  std::sort(logs.begin(), logs.end());
  const std::optional<TwoStates> apart = states_by_gap(logs);
  return apart ? apart : states_by_valley(logs);
}

}  // namespace splicebench
