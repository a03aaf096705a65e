#pragma once

#include <array>
#include <functional>
#include <optional>

#include "results/model/model.h"
#include "results/stats/paired.h"

namespace splicebench {

/// How well the rounds so far tell a mode from the baseline of its row, in throughput and in CPU of
/// the relay: the worse of the two.
///
/// A run may stop a row on this, looking after every round: it speaks of the spread alone and not
/// of where the ratio lies, so that coverage and false claims stay what they are (for a mean of
/// normal values: T. W. Anscombe, "Large-sample theory of sequential estimation", 1952; of these
/// intervals by simulation, see paired_simulation_test.cc). It must never stop on p.
struct Resolution {
  double half_width = 0;  ///< half the 95 % interval of the ratio, relative to it: 0.03 is ±3 %
  /// The difference that is claimed with 80 % power (told_factor() - 1), infinite: none; 0 of the
  /// floor, of which nothing is claimed.
  double told = 0;
};

/// By paired rounds (paired.h), claims at `levels`. Absent below six rounds that both have, of
/// which there is no interval, and where throughput is never above 0. A relay that takes no CPU
/// time is known by its throughput.
std::optional<Resolution> resolution_of(const CaseResult& baseline, const CaseResult& mode,
                                        const std::array<double, kComparedUnits.size()>& levels);

/// resolution_of() cases of `result` at claim_levels(), absent below rounds_to_claim() (paired.h).
std::function<std::optional<Resolution>(const CaseResult& baseline, const CaseResult& mode)>
claimable_resolution(const Result& result);

}  // namespace splicebench
