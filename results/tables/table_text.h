#pragma once

// Texts in the cells of the tables, and below them.

#include <string>
#include <vector>

#include "results/model/model.h"
#include "results/stats/paired.h"
#include "results/text/paint.h"
#include "results/text/unit.h"
#include "results/verdict/verdict.h"

namespace splicebench {

/// "+12.3% [+10.1, +14.0]", "~ [-1.0, +2.2]", "~ (need >= 11 rounds)"; the interval alone where two
/// states leave no estimate.
std::string difference_text(const PairedComparison& one, std::int64_t rounds_needed, Better better,
                            const Paint& paint);

/// " (62% of floor)" behind the throughput of `mode`; empty where its row has no floor.
std::string floor_text(const VerdictRow& row, const CaseFigures& mode);

/// A line per warning, after an empty one; nothing when there is none.
std::string warnings_text(const std::vector<Warning>& warnings, const Paint& paint);

}  // namespace splicebench
