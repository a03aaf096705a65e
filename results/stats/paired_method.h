#pragma once

namespace splicebench {

/// What a comparison of paired rounds does, in the words that stand above its tables.
inline constexpr const char* kPairedMethod =
    "within run, paired rounds: Hodges-Lehmann estimate of the ratio with its 95% interval, signed "
    "rank test, Holm over all comparisons of the run (throughput and relay CPU weigh most)";

}  // namespace splicebench
