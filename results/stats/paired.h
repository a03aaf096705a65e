#pragma once

// Comparison of modes within a run. The rounds are paired: within a round the modes of a row ran
// side by side, so drift of the machine hits both and leaves their ratio alone.
//
// Per round i the log-ratio d_i = ln(x_i(mode) / x_i(baseline)). Estimate, 95 % interval and p by
// signed ranks (rank/signed_rank.h). The interval is of this row alone, for reading; it leaves 1
// out where the row's own p is at most 0.05.
//
// Claims are another matter: everything that a run compares is one family, all rows, all modes and
// all metrics, and the chance of any false claim in it is at most alpha, whatever their
// correlation (S. Holm, "A simple sequentially rejective multiple test procedure", Scand. J. Stat.
// 6, 1979, with its weights w): ordered by p / w, the j-th is claimed while p_(j) / w_(j) <= alpha
// / (w_(j) + w_(j+1) + ...) holds for it and all before it. Most of the weight is on throughput and
// relay CPU (kClaimShares), which most is asked of; CPU of the whole machine is told by a coarse
// clock and is seldom claimed at any level.
//
// By simulation, A/A runs of 44 rows x 3 correlated metrics x 20 rounds. False: share of runs with
// any claim; covered: by the 95 % interval; power at the claim's level for a difference of one
// (robust) standard deviation, in brackets that of the sign test; stopped: coverage where every row
// stops once it would claim 3 % with 80 % power (14 to 100 rounds, width.h).
//
//                                      false  covered  power        stopped
//   normal                             0.028  0.953    0.57 (0.37)  0.942
//   Student, 2 degrees                 0.044  0.952    0.32 (0.30)  0.951
//   Cauchy                             0.037  0.952    0.16 (0.24)  0.955
//   lognormal slowdown                 0.029  0.954    0.13 (0.20)  0.952
//   two states, 40 % at half speed     0.047  0.952    0.03 (0.11)  0.954
//   drift, and order in turns          0.018  0.965    0.49 (0.34)  0.954
//   unequal variance                   0.045  0.953    0.37 (0.32)  0.955
//
//   results_test --gtest_also_run_disabled_tests --gtest_filter='PairedSimulation.DISABLED_*'
//
// On 264 comparisons of 15 rounds Hochberg's step-up claimed what Holm does, Westfall and Young's
// max-T by sign flips no more (power 0.31 to 0.33, at that of 0.33), the t test with Holm more
// under normal noise (0.43) and much less under outliers (0.06 to 0.18).

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "results/model/model.h"

namespace splicebench {

/// The metrics in which modes are compared: a run's claims are made in these. See metrics.h.
inline constexpr std::array<const char*, 3> kComparedUnits{"B/s", "relay-cpu-sec/GB",
                                                           "system-cpu-sec/GB"};

/// What each of them has of the chance of a false claim.
inline constexpr std::array<double, kComparedUnits.size()> kClaimShares{0.45, 0.45, 0.1};

/// Of the intervals that are printed.
inline constexpr double kIntervalLevel = 0.05;

struct PairedComparison {
  CaseId id;
  std::string baseline;            ///< the mode it is compared with, in the same row
  std::vector<double> log_ratios;  ///< of the rounds that both have a good sample of, ascending
  std::int64_t n = 0;              ///< of these rounds

  /// The mode or its baseline has two states in this unit (two_states.h): `ratio` lies between what
  /// was seen and is not to be shown; interval, p and claim hold as ever.
  bool two_states = false;
  double ratio = 1;  ///< mode / baseline, Hodges-Lehmann: 1.10 is ten percent more
  double low = 0;    ///< 95 % interval of the ratio; 0 when there are too few rounds for one
  double high = 0;   ///< +infinity when there are too few rounds for one
  /// The factor (above 1) by which mode and baseline would have to differ for a run like this to
  /// claim it with 80 % power; +infinity where no difference could have been claimed.
  double could_have_told = 0;

  double p = 1;              ///< of this row alone
  double p_holm = 1;         ///< adjusted over the family
  bool significant = false;  ///< p_holm <= alpha: a claim
};

struct PairedTable {
  std::string unit;     ///< of metrics.h: what the ratios are of
  double alpha = 0.05;  ///< of the family
  /// The rounds below which nothing in this unit could be claimed before anything else is: the
  /// smallest n with 2^(1-n) <= its part of alpha.
  std::int64_t rounds_needed = 0;
  std::int64_t comparisons = 0;        ///< of the family; 0: exploratory, nothing is claimed
  std::vector<PairedComparison> rows;  ///< matrix order
};

/// What becomes of rounds in which a figure is 0 and has no logarithm.
enum class Zeros {
  kSkip,
  kKeep,  ///< 0 against 0 is no change, 0 against more an infinite one
};

/// Log-ratios of the rounds that both cases have a good sample of, ascending.
std::vector<double> paired_log_ratios(const CaseResult& baseline, const CaseResult& mode,
                                      const std::string& unit, Zeros zeros);

/// The factor by which two modes with such `log_ratios` (ascending, not empty) would have to differ
/// to be claimed at `level` with 80 % power; speaks of their spread alone. See PairedComparison.
double told_factor(std::span<const double> log_ratios, double level);

/// Judges all rows of all `tables` as one family at `alpha`: fills everything but what names them
/// and their log-ratios, of which each has at least one.
void judge(std::span<PairedTable> tables, double alpha);

/// Every mode of `result` against the baseline of its row ("generic" where the run has it, else
/// the first mode), a table for each of kComparedUnits, judged as one family. Rows in which the two
/// share no round are left out.
std::vector<PairedTable> compare_modes(const Result& result, double alpha = 0.05);

/// At which a comparison in each of kComparedUnits is claimed before any other is, where all are
/// made that compare_modes() makes of `result` when it is complete.
std::array<double, kComparedUnits.size()> claim_levels(const Result& result, double alpha = 0.05);

/// Rounds that a row needs before anything can be claimed of it when all pairs of modes of all rows
/// in all of kComparedUnits are one family: a row that is narrow sooner would be narrow in vain.
std::int64_t rounds_to_claim(const Result& result, double alpha = 0.05);

/// Of these, the table of `unit`.
PairedTable compare_paired(const Result& result, const std::string& unit, double alpha = 0.05);

/// The mode others are compared with: "generic" when the run has it, else the first.
std::string baseline_mode(const Result& result);

}  // namespace splicebench
