#include "results/stats/width.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "results/stats/rank/signed_rank.h"

namespace splicebench {

namespace {

/// Of kComparedUnits. That of the whole machine is left out: its clock ticks too coarsely.
constexpr std::size_t kThroughput = 0;
constexpr std::size_t kRelayCpu = 1;

}  // namespace

std::optional<Resolution> resolution_of(const CaseResult& baseline, const CaseResult& mode,
                                        const std::array<double, kComparedUnits.size()>& levels) {
  const bool floor = is_direct(baseline.id.mode) || is_direct(mode.id.mode);
  Resolution worst;
  for (const std::size_t unit : {kThroughput, kRelayCpu}) {
    if (floor && unit != kThroughput) continue;
    const std::vector<double> ratios =
        paired_log_ratios(baseline, mode, kComparedUnits[unit], Zeros::kSkip);
    if (ratios.empty() && unit == kThroughput) return std::nullopt;
    if (ratios.empty()) continue;
    const Centre centre = centre_of(ratios, kIntervalLevel);
    if (!std::isfinite(centre.high)) return std::nullopt;
    worst.half_width = std::max(worst.half_width, std::expm1((centre.high - centre.low) / 2));
    if (!floor) worst.told = std::max(worst.told, told_factor(ratios, levels[unit]) - 1);
  }
  return worst;
}

std::function<std::optional<Resolution>(const CaseResult& baseline, const CaseResult& mode)>
claimable_resolution(const Result& result) {
  return [fewest = rounds_to_claim(result), levels = claim_levels(result)](
             const CaseResult& baseline, const CaseResult& mode) -> std::optional<Resolution> {
    const std::size_t rounds = paired_log_ratios(baseline, mode, "B/s", Zeros::kSkip).size();
    if (static_cast<std::int64_t>(rounds) < fewest) return std::nullopt;
    return resolution_of(baseline, mode, levels);
  };
}

}  // namespace splicebench
