#pragma once

#include <cstddef>
#include <cstdint>

namespace splicebench {

/// Samples that the processes of a visit take, at most; of many flows fewer.
inline constexpr std::size_t kVisitSamples = 9;

/// Rounds of a row of so many modes that one visit takes: as many as there are modes, so that each
/// mode stands in each place within the visit, where a visit has so many samples; else one.
/// Starting and ending the processes is most of what a short sample costs beside itself; and what
/// two rounds of one visit have in common cancels in the ratio of two modes: the rank correlation
/// of their log-ratios of splice to generic was 0.03 +- 0.05 (480 visits of 6 rows, on a busy
/// machine; bench/tools/visit_variance.py measures it). In a figure of one mode it does not cancel.
constexpr std::int64_t visit_rounds(std::size_t modes) {
  return modes * modes <= kVisitSamples ? static_cast<std::int64_t>(modes) : 1;
}

}  // namespace splicebench
