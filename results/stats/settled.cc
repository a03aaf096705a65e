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
    const std::size_t parts = sample.marks.size();
    if (parts < 4) continue;
    const double half = sample.marks[parts / 2 - 1];
    const double begin = (half - sample.marks.front()) / static_cast<double>(parts / 2 - 1);
    const double rest = (sample.marks.back() - half) / static_cast<double>(parts - parts / 2);
    if (begin > 0 && rest > 0) ratios.push_back(std::log(begin / rest));
  }
  if (ratios.empty()) return std::nullopt;
  std::sort(ratios.begin(), ratios.end());
  const Centre centre = centre_of(ratios, kIntervalLevel);
  if (!std::isfinite(centre.high)) return std::nullopt;
  if (centre.low <= std::log(kSettled) && centre.high >= -std::log(kSettled)) return std::nullopt;
  return std::exp(centre.value);
}

}  // namespace splicebench
