#include "results/stats/settled.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "results/stats/paired.h"
#include "results/stats/rank/signed_rank.h"

namespace splicebench {

std::optional<double> drift_within(const CaseResult& result) {
  constexpr double kSettled = 1.05;
  std::vector<double> ratios;
  for (const Sample& sample : result.samples) {
    if (!sample.error.empty() || sample.marks.empty()) continue;
    const double half = sample.marks[sample.marks.size() / 2 - 1];
    const double rest = sample.marks.back() - half;
    if (half > 0 && rest > 0) ratios.push_back(std::log(half / rest));
  }
  if (ratios.empty()) return std::nullopt;
  std::sort(ratios.begin(), ratios.end());
  const Centre centre = centre_of(ratios, kIntervalLevel);
  if (!std::isfinite(centre.high)) return std::nullopt;
  if (centre.low <= std::log(kSettled) && centre.high >= -std::log(kSettled)) return std::nullopt;
  return std::exp(centre.value);
}

}  // namespace splicebench
