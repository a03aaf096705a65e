#pragma once

namespace splicebench {

/// What a comparison of paired rounds does, in the words that stand above its tables.
inline constexpr const char* kPairedMethod =
    "within run, paired rounds: median of the per-round ratios, sign test, Holm over the table";

}  // namespace splicebench
