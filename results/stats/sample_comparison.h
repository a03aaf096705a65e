#pragma once

// One sample against another, as a table's cell against its baseline.

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "results/stats/rank/mann_whitney.h"
#include "results/stats/runs/runs_apart.h"

namespace splicebench {

struct SampleComparison {
  std::optional<double> p;  ///< of the Mann-Whitney test; absent where figures are exact
  double alpha = 0;
  std::int64_t n_old = 0;
  std::int64_t n_new = 0;
  bool too_few = false;   ///< no outcome of so few samples could have been significant
  bool mirrored = false;  ///< p is benchstat's wrong one, see TiedTail
  /// Of runs that are apart: n counts visits or runs, p is that of the case adjusted over all cases
  /// of its unit, and the change that which is beyond what its group did.
  std::optional<CaseApart> apart;
  std::vector<std::string> warnings;

  /// p at alpha is significant; figures that do not vary always are.
  bool significant() const { return !p || *p <= alpha; }
};

/// Mann-Whitney test of two samples, each ascending, not empty, without NaN.
SampleComparison compare_samples(std::span<const double> old_values,
                                 std::span<const double> new_values, double alpha,
                                 TiedTail tail = TiedTail::kOwn);

/// Figures that do not vary: nothing to test.
SampleComparison compare_exact(std::span<const double> old_values,
                               std::span<const double> new_values);

/// Samples on each side from which a difference at `alpha` can be shown at all: the smallest n with
/// 2 / C(2n, n) <= alpha. 0 when more than 10 would be needed.
std::int64_t samples_needed(double alpha);

/// Change of the centre, of runs apart `apart->beyond`, in percent, e.g. "+8.42%"; "~" when it is
/// not significant, "0.00%" for equal centres, "?" against a baseline of 0.
std::string format_delta(const SampleComparison& comparison, double old_centre, double new_centre);

/// "p=0.002 n=10", "n=10+9" for unequal sizes, without p where figures are exact.
std::string format_p(const SampleComparison& comparison);

/// The change as a fraction, 0.0842; nothing against a baseline of 0 that changed.
std::optional<double> relative_change(double old_centre, double new_centre);

}  // namespace splicebench
