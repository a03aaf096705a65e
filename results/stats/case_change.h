#pragma once

// A case in two runs. The runs are separate in time, so nothing pairs their samples: drift of the
// machine between them shows up as change.

#include <cstdint>
#include <string>
#include <vector>

#include "results/model/model.h"

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
  double p = 1;              ///< Mann-Whitney, two-sided, of this case alone
  bool significant = false;  ///< p <= 0.05; not corrected for the number of cases, as benchstat
};

/// The cases both runs have good samples of, in the order of `newer`, compared in `unit` (see
/// metrics.h). Empty when they share none.
std::vector<CaseChange> case_changes(const Result& older, const Result& newer,
                                     const std::string& unit);

}  // namespace splicebench
