#pragma once

// A case in two runs. The runs are separate in time, so nothing pairs their samples: drift of the
// machine between them shows up as change.

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "results/model/model.h"
#include "results/stats/paired.h"
#include "results/stats/two_states.h"

namespace splicebench {

struct CaseChange {
  CaseId id;
  std::int64_t n_old = 0;
  std::int64_t n_new = 0;
  double centre_old = 0;  ///< median, base units
  double centre_new = 0;
  double ratio = 1;  ///< centre_new / centre_old
  /// Ends of the ratio from the ends of both 95 % intervals of the medians. Both hold at once with
  /// at least 90 %, and then so does this: wide rather than narrow. 0 and +infinity when one of the
  /// sides has too few samples for an interval.
  double low = 0;
  double high = 0;
  /// Where a run shows two states of the case in this unit, its centre and the ratio lie between
  /// what was seen and are not to be shown.
  std::optional<TwoStates> states_old;
  std::optional<TwoStates> states_new;
  bool two_states() const { return states_old || states_new; }

  double p = 1;              ///< Mann-Whitney, two-sided, of this case alone
  double p_holm = 1;         ///< adjusted over all cases in all of kComparedUnits (see paired.h)
  bool significant = false;  ///< p_holm <= 0.05
};

/// The cases both runs have good samples of, in the order of `newer`, compared in each of
/// kComparedUnits. Empty when they share none.
using CaseChanges = std::array<std::vector<CaseChange>, kComparedUnits.size()>;
CaseChanges case_changes(const Result& older, const Result& newer);

/// Of these, those in `unit`.
std::vector<CaseChange> case_changes(const Result& older, const Result& newer,
                                     const std::string& unit);

}  // namespace splicebench
