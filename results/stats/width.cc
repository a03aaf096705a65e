#include "results/stats/width.h"

#include <cmath>
#include <vector>

#include "results/stats/paired.h"
#include "results/stats/rank/signed_rank.h"

namespace splicebench {

std::optional<double> half_width(const CaseResult& baseline, const CaseResult& mode,
                                 const std::string& unit, std::int64_t fewest) {
  const std::vector<double> ratios = paired_log_ratios(baseline, mode, unit, Zeros::kSkip);
  if (ratios.empty() || std::ssize(ratios) < fewest) return std::nullopt;
  const Centre centre = centre_of(ratios, kIntervalLevel);
  if (!std::isfinite(centre.high)) return std::nullopt;
  return std::expm1((centre.high - centre.low) / 2);
}

std::function<std::optional<double>(const CaseResult& baseline, const CaseResult& mode)>
claimable_width(const Result& result, const std::string& unit) {
  return
      [fewest = rounds_to_claim(result), unit](const CaseResult& baseline, const CaseResult& mode) {
        return half_width(baseline, mode, unit, fewest);
      };
}

}  // namespace splicebench
