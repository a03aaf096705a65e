#pragma once

#include <functional>
#include <optional>
#include <string>

#include "results/model/model.h"

namespace splicebench {

/// How well the rounds so far tell `mode` from `baseline` of the same row: half the width of the
/// 95 % interval of their ratio in `unit` (paired.h), relative to it: 0.03 is ±3 %. Absent below
/// six rounds that both have, of which there is no interval, below `fewest`, and where a figure is
/// never above 0.
///
/// A run may stop a row on this, looking after every round: it speaks of the spread alone and not
/// of where the ratio lies, so that coverage and false claims stay what they are (for a mean of
/// normal values: T. W. Anscombe, "Large-sample theory of sequential estimation", 1952; of these
/// intervals by simulation, see paired_simulation_test.cc). It must never stop on p.
std::optional<double> half_width(const CaseResult& baseline, const CaseResult& mode,
                                 const std::string& unit, std::int64_t fewest = 0);

/// half_width() of the cases of `result`, absent below rounds_to_claim() (paired.h).
std::function<std::optional<double>(const CaseResult& baseline, const CaseResult& mode)>
claimable_width(const Result& result, const std::string& unit);

}  // namespace splicebench
