#pragma once

// The cases of two runs that are apart in time: which changed, beyond what the machine did between
// them? Samples of a visit are not independent (its processes and their pages are the same), and a
// whole run differs from the next of the same build by more than its own samples tell. Mann-Whitney
// over all samples takes them for independent and calls every such difference a change: of two
// default runs minutes apart it claimed 73 of 132.
//
// So a case has one figure for each visit, the logarithm of its median, and its change d is the
// difference of the means. What can be told of the machine is in the cases themselves: most of them
// did not change, so what they do together and how they scatter is what nothing is worth (B. Efron,
// "Large-scale simultaneous hypothesis testing: the choice of a null hypothesis", J. Am. Stat.
// Assoc. 99, 2004). In the terms of a random-effects analysis (R. DerSimonian, N. Laird,
// "Meta-analysis in clinical trials", Controlled Clinical Trials 7, 1986):
//
//   d = shift of the path + mode within the path + case within the mode + noise of the visits
//
// The shift is the middle one of the modes' medians: it is told, and never a claim, for two runs
// cannot tell a machine from a build. That of fewer than six rows would follow the row that is
// judged: such groups stand together. Where that is but one row, it is held against the mean of the
// other groups, with the variance by which these differ as that of its shift; where there is but
// one other group, it is one of its rows. The variance of a case is that at which the median of the
// squared rests is the median of Student's t squared: of all cases, of those of its group or of
// those of its mode, whichever is the greatest (calls of a large buffer scatter, those of a small
// one do not). That of a mode is that at which their third quantile fits, so that a change of some
// is not taken for noise of all. What is left of d beyond the shift is held against the sum of
// these variances and of its visits (Welch), by Student's t with Satterthwaite's degrees of
// freedom; claims are adjusted over all cases of a unit. Three runs or more on either side show
// what differs between them, and need none of this: then runs are counted, and all of d may be
// claimed.
//
// How often it claims what is not there, and finds what is, by simulation, stands in
// runs_apart_simulation_test.cc. The price is power: where cases differ from run to run by 2 %, two
// runs cannot tell a change of 5 % in one of them, whatever the number of rounds, and say so
// (could_have_told).

#include <cstddef>
#include <limits>
#include <span>
#include <string>
#include <vector>

#include "results/stats/paired.h"

namespace splicebench {

/// What is counted on either side, and taken to be independent.
enum class RunUnits {
  kVisits,  ///< of a row, in one run or two
  kRuns,    ///< whole runs, three or more: what differs between them shows
};

/// Rows of which two runs can be told apart at all.
inline constexpr std::size_t kLeastRows = 4;

/// A figure of one case in two runs.
struct CaseApart {
  std::string row;  ///< cases of one row share their visits
  RunUnits units = RunUnits::kVisits;
  std::string group;  ///< of rows that a machine slows down together: path and conditions
  std::string mode;
  std::vector<double> older;  ///< logarithm of the figure of each visit, or run; not empty
  std::vector<double> newer;

  // By judge_apart().
  double change = 0;  ///< logarithm of newer / older
  double among = 0;   ///< what of it its group did together, or, of a row alone, the others
  double beyond = 0;  ///< the rest: `change` - `among`
  double low = 0;     ///< 95 % interval of `beyond`; infinite: none
  double high = 0;
  double p = 1;  ///< of `beyond`, of this case alone
};

/// What the rows of some groups did together.
struct GroupShift {
  std::vector<std::string> names;  ///< groups of few rows stand together
  std::size_t rows = 0;
  double change = 0;   ///< logarithm; of a row alone the others'
  double between = 0;  ///< standard deviation of the logarithm by which a case differs between two
                       ///< runs, beyond its visits' and its group's
};

struct RunsApart {
  std::size_t rows = 0;  ///< that have two visits on either side, and so could be judged
  /// Of kVisits; empty: there are fewer than kLeastRows, nothing was judged.
  std::vector<GroupShift> groups;
  /// The change (logarithm) that would have been claimed of one case in two with 80 % power, if it
  /// were the only one; infinite: none.
  double could_have_told = std::numeric_limits<double>::infinity();
};

/// Judges all `cases`, one metric of the same runs, all in the same units. Those with fewer than
/// two of these on a side keep p = 1.
RunsApart judge_apart(std::span<CaseApart> cases, double alpha);

/// Adjusted so that of what is at most alpha, at most a share of alpha is false: Y. Benjamini, Y.
/// Hochberg, "Controlling the false discovery rate", J. R. Stat. Soc. B 57, 1995.
std::vector<double> false_discovery_adjusted(const std::vector<double>& ps);

}  // namespace splicebench
