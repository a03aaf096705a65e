#pragma once

// Comparison of modes within a run. The rounds are paired: within a round the modes of a group ran
// side by side, so drift of the machine hits both and leaves their ratio alone.
//
// Per round i the log-ratio d_i = ln(x_i(mode) / x_i(baseline)). Centre: median of d. Test: the
// sign test (Conover, Practical Nonparametric Statistics, 3rd ed., 3.4), two-sided exact p = min(1,
// 2 P(B <= min(s, m - s))) with B ~ Binomial(m, 1/2), s of the m non-zero d positive. It assumes
// independent rounds and nothing of the shape of the noise. Correction over all rows of the table:
// Holm's step-down (S. Holm, "A simple sequentially rejective multiple test procedure", Scand. J.
// Stat. 6, 1979): ordered p_(1) <= ... <= p_(k), row j is claimed while p_(j) <= alpha / (k - j +
// 1) holds for it and all before it; the chance of any false claim in the table is at most alpha.
// Interval: the order statistics [d_(l), d_(n+1-l)] of the largest l with 2 P(B <= l - 1) <= the
// row's own Holm level, so that it leaves out 0 just when the row is claimed. Rows of the same p
// have the level of the first of them, the most careful: which of them comes first must not matter.

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "results/model/model.h"

namespace splicebench {

struct PairedComparison {
  CaseId id;
  std::string baseline;  ///< the mode it is compared with, in the same row
  std::int64_t n = 0;    ///< rounds in which both have a good sample

  double ratio = 1;  ///< median of the paired ratios mode / baseline: 1.10 is ten percent more
  double low = 0;    ///< interval of the ratio; 0 when there are too few rounds for one
  double high = 0;   ///< +infinity when there are too few rounds for one
  double level = 0;  ///< Holm level of this row: the interval is a (1 - level) interval

  double p = 1;              ///< of this row alone
  double p_holm = 1;         ///< adjusted over the table
  bool significant = false;  ///< p_holm <= alpha
};

struct PairedTable {
  std::string unit;  ///< of metrics.h: what the ratios are of
  double alpha = 0.05;
  /// The rounds below which no row could ever be claimed: the smallest n with 2^(1-n) <= alpha /
  /// rows.
  std::int64_t rounds_needed = 0;
  std::vector<PairedComparison> rows;  ///< matrix order
};

/// The smallest n with 2^(1-n) * rows <= alpha.
std::int64_t rounds_needed(std::int64_t rows, double alpha);

/// Two-sided exact sign test on `differences` (zeros dropped). 1 when nothing is left.
double sign_test(std::span<const double> differences);

/// What becomes of rounds in which a figure is 0 and has no logarithm.
enum class Zeros {
  kSkip,
  kKeep,  ///< 0 against 0 is no change, 0 against more an infinite one
};

/// Log-ratios of the rounds that both cases have a good sample of, ascending.
std::vector<double> paired_log_ratios(const CaseResult& baseline, const CaseResult& mode,
                                      const std::string& unit, Zeros zeros);

/// Fills all of table.rows but their names from `log_ratios` (one ascending, non-empty list per
/// row), and table.rounds_needed, at table.alpha.
void judge_paired(PairedTable& table, const std::vector<std::vector<double>>& log_ratios);

/// Every mode of `result` against the baseline of its group ("generic" where the run has it, else
/// the group's first mode) in `unit`; Holm over all rows. Groups in which the two share no round
/// are left out.
PairedTable compare_paired(const Result& result, const std::string& unit, double alpha = 0.05);

/// The mode others are compared with: "generic" when the run has it, else the first.
std::string baseline_mode(const Result& result);

}  // namespace splicebench
