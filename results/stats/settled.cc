#include "results/stats/settled.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

#include "results/stats/paired.h"
#include "results/stats/rank/signed_rank.h"

namespace splicebench {

namespace {

const double kSettled = std::log(1.1);
constexpr std::size_t kPairs = 3;  ///< of eighths, and how far they are apart

/// By pair: the logarithms of the later speed to the earlier, of each sample.
using LaterToEarlier = std::array<std::vector<double>, kPairs>;

void add(const Sample& sample, LaterToEarlier& pairs) {
  if (!sample.error.empty() || sample.marks.size() != kMarks) return;
  std::array<double, kMarks> times{};
  double before = 0;
  for (std::size_t i = 0; i < kMarks; ++i) {
    times[i] = sample.marks[i] - before;
    before = sample.marks[i];
    if (!(times[i] > 0)) return;
  }
  for (std::size_t i = 0; i < kPairs; ++i)
    pairs[i].push_back(std::log(times[i + 1] / times[i + 1 + kPairs]));
}

}  // namespace

std::optional<double> drift_within(const CaseResult& result) {
  LaterToEarlier pairs;
  for (const Sample& sample : result.samples) add(sample, pairs);
  double least = INFINITY;
  double most = -INFINITY;
  bool faster = true;
  bool slower = true;
  for (std::vector<double>& drifts : pairs) {
    if (drifts.empty()) return std::nullopt;
    std::sort(drifts.begin(), drifts.end());
    const Centre centre = centre_of(drifts, kIntervalLevel);
    least = std::min(least, centre.value);
    most = std::max(most, centre.value);
    faster = faster && centre.low > kSettled;
    slower = slower && centre.high < -kSettled;
  }
  if (faster) return std::exp(least);
  return slower ? std::optional(std::exp(most)) : std::nullopt;
}

}  // namespace splicebench
