#pragma once

// Wilcoxon's signed rank test and the estimate and interval that belong to it (F. Wilcoxon,
// "Individual Comparisons by Ranking Methods", Biometrics Bulletin 1, 1945; J. L. Hodges, E. L.
// Lehmann, "Estimates of Location Based on Rank Tests", Ann. Math. Stat. 34, 1963; Conover,
// Practical Nonparametric Statistics, 3rd ed., 5.7). They assume independent differences that are
// symmetric about their centre, and nothing else of their shape: the log-ratio of two samples that
// differ in their label alone is symmetric about 0, whatever the noise of a sample.
//
// Mid-ranks of |d|; zeros are ranked and then left out (J. W. Pratt, "Remarks on Zeros and Ties in
// the Wilcoxon Signed Rank Procedures", J. Am. Stat. Assoc. 54, 1959), so that p never falls when
// a difference moves towards 0. Given the ranks every sign is a fair coin: exact up to 50 of them,
// with ties, too; above that the normal approximation with a continuity correction.

#include <cstdint>
#include <span>

namespace splicebench {

/// Two-sided p, at most 1. `differences` ascending; may hold infinities, no NaN. 1 when none
/// differs from 0.
double signed_rank_test(std::span<const double> differences);

/// An estimate of the centre of symmetry and its interval.
struct Centre {
  double value = 0;  ///< Hodges-Lehmann: the median of all (d_i + d_j) / 2 with i <= j
  double low = 0;    ///< of these averages, those that the test at `level` would not refuse;
  double high = 0;   ///< -infinity and +infinity where so few differences refuse nothing
};

/// Interval that covers the centre with at least 1 - `level`. `differences` ascending, not empty.
Centre centre_of(std::span<const double> differences, double level);

/// The smallest n of which the test can give p <= `level`: 2^(1 - n) <= level.
std::int64_t differences_needed(double level);

}  // namespace splicebench
