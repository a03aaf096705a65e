#pragma once

// A case in two runs that are apart in time; see runs/runs_apart.h.

#include <array>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <utility>
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
  double together = 1;  ///< new / old of all cases of its path, which may be the machine's
  /// The rest of new / old of its visits, and its 95 % interval; see runs/runs_apart.h. 0 and
  /// +infinity where rows or visits are too few for one.
  double ratio = 1;
  double low = 0;
  double high = std::numeric_limits<double>::infinity();
  /// Where a run shows two states of the case in this unit, its centre and the ratio lie between
  /// what was seen and are not to be shown.
  std::optional<TwoStates> states_old;
  std::optional<TwoStates> states_new;
  bool two_states() const { return states_old || states_new; }

  double p_alone = 1;  ///< of the ratio, by itself; 1: not judged
  double p = 1;        ///< adjusted over all cases of its unit: of claims at most 5 % are false
  bool significant = false;  ///< p <= 0.05
};

/// The cases both runs have good samples of, in the order of `newer`, compared in each of
/// kComparedUnits. Empty when they share none.
using CaseChanges = std::array<std::vector<CaseChange>, kComparedUnits.size()>;
CaseChanges case_changes(const Result& older, const Result& newer);

/// Of these, those in `unit`.
std::vector<CaseChange> case_changes(const Result& older, const Result& newer,
                                     const std::string& unit);

/// The least and the most that whole paths did together; nothing where too few rows or visits tell.
std::optional<std::pair<double, double>> together_in(const std::vector<CaseChange>& changes);

}  // namespace splicebench
