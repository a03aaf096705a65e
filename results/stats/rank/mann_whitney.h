#pragma once

// Mann-Whitney U test (H. B. Mann, D. R. Whitney, "On a Test of Whether one of Two Random Variables
// is Stochastically Larger than the Other", Ann. Math. Stat. 18, 1947), two-sided, mid-ranks.
//
// Exact where both samples have at most 50 values and no two are equal, or at most 25 each with
// ties: the distribution of U over all ways to deal the observed ranks. p is twice the tail on the
// side of the mean where U lies, at most 1; U on its mean gives 1.
// Else the normal approximation with tie correction and a continuity correction of 1/2 (Conover,
// Practical Nonparametric Statistics, 3rd ed., 5.1), its tails computed from both ends, so that a p
// below 1e-16 is kept in either direction (but for TiedTail::kBenchstat).

#include <span>

namespace splicebench {

/// With ties and samples of unequal size U is not symmetric about its mean. In the normal
/// approximation kBenchstat is 0 where the first sample is the larger and p below 1e-16.
enum class TiedTail {
  kOwn,        ///< of U itself
  kBenchstat,  ///< below min(U, n1 n2 - U), a mirror image that is no outcome of U: p may pass 1,
               ///< or be 0 for one value against four. Only to repeat what benchstat prints.
};

struct UTest {
  double u = 0;            ///< of the first sample: pairs in which it is larger, ties one half
  double p = 1;            ///< two-sided
  bool all_equal = false;  ///< every value of both samples is the same; p is 1
  bool mirrored = false;   ///< p is that of TiedTail::kBenchstat, and not the right one
};

/// Both samples ascending, not empty, without NaN.
UTest mann_whitney(std::span<const double> first, std::span<const double> second,
                   TiedTail tail = TiedTail::kOwn);

}  // namespace splicebench
