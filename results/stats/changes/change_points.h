#pragma once

// Where series of figures that were measured side by side change their level: the cases of several
// runs, in order of time.
//
// Whatever differs between runs (the state of a cache, of the host, of the heap) moves the medians
// of a run further than their intervals tell. So the noise is that between runs, and the test
// permutes runs, as that of E-divisive does (D. S. Matteson, N. A. James, "A nonparametric approach
// for multiple change point analysis of multivariate data", JASA 109, 2014; D. Daly et al., "The
// use of change point detection to identify software performance regressions in a continuous
// integration system", ICPE 2020). It takes nothing for granted but that runs without a change
// between them could have come in any order.
//
// The figure of a stretch of n runs: over all splits that leave two runs on either side, the
// greatest |t| of the difference of the means, of equal ones the first. The variance is that
// between the runs within the sides plus the mean one of their own intervals: the addend of V. G.
// Tusher, R. Tibshirani and G. Chu (PNAS 98, 2001), without which the few runs that happen to agree
// best are the finds.
//
// All series are one family (P. H. Westfall, S. S. Young, "Resampling-based multiple testing",
// 1993): p is the share of permutations, each of all series alike, in which the greatest figure of
// any series reaches that of this one. So the chance of any false change in a history without one
// is at most alpha, whatever correlates the series. What changes is split there, and all is tested
// again, until nothing more is found (binary segmentation): each of these stages has that chance.
//
// A stretch of fewer than 8 runs is not tested: seven can be put in order in too few ways that
// matter (4 of them against 3: p is 2/35 at best).
//
// By simulation, histories of 44 cases x 3 metrics, alpha 5 %. False: share of 300 histories
// without a change in which one is found. Of 60 histories with a step of 5 % in the middle in one
// case of ten, where the noise between runs is 1 %: found: share of the steps; exact: of these, at
// the right run; extra: histories with a further change that is none. (Noises as heavy as the
// second to fourth hide such a step, and raise no alarm.)
//
//                                    runs   false  found  exact  extra
//   normal                              8   0.010   0.81   0.98   0.00
//                                      20   0.043   1.00   0.96   0.02
//                                      60   0.037   1.00   0.98   0.03
//   Student, 2 degrees                  8   0.013   0.15   0.96   0.00
//                                      20   0.020   0.43   0.85   0.05
//                                      60   0.033   0.68   0.82   0.05
//   lognormal slowdown                  8   0.013   0.01   0.50   0.00
//                                      20   0.057   0.01   1.00   0.05
//                                      60   0.047   0.02   0.80   0.02
//   two states, 40 % at half speed      8   0.030   0.00      -   0.00
//                                      20   0.057   0.00      -   0.07
//                                      60   0.053   0.00      -   0.03
//   half of it common to all cases      8   0.020   0.91   0.98   0.02
//                                      20   0.043   1.00   0.99   0.02
//                                      60   0.037   1.00   1.00   0.03
//   0.3 of it that of the run before    8   0.247   0.90   0.99   0.27
//                                      20   0.743   1.00   0.97   0.67
//                                      60   0.913   1.00   0.97   0.82
//
//   results_test --gtest_also_run_disabled_tests --gtest_filter='ChangePointSimulation.DISABLED_*'
//
// The last lines break the assumption, and the level with it: where a run resembles the one before
// (a machine that warms up over days, a host whose other guests stay), the test finds levels that
// are there in that history, and mean nothing for the next one.

#include <cstddef>
#include <vector>

namespace splicebench {

/// Runs on either side of a change, at least, and in a stretch that is tested.
inline constexpr std::size_t kLeastSide = 2;
inline constexpr std::size_t kLeastStretch = 8;

/// A figure of one case in each run.
struct RunSeries {
  std::vector<double> values;  ///< logarithms, in order of time; NaN: the run has none
  double variance = 0;  ///< of one value by its own run's interval, mean over the runs; 0: unknown
};

struct ChangePoint {
  std::size_t at = 0;  ///< the first run of the new level
  double p = 1;        ///< corrected over all series
};

/// The changes of each of `all`, ascending. All have as many values. The same every time and
/// everywhere: the permutations are of one seed.
std::vector<std::vector<ChangePoint>> change_points_of(const std::vector<RunSeries>& all,
                                                       double alpha = 0.05);

}  // namespace splicebench
