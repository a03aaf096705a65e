#pragma once

// Cases that are in one of two states from connection to connection, as 1.65 or 3.1 GB/s with
// nothing between: their median stands for no sample.
//
// The test: on logarithms, ascending, the split that makes (gap between the two parts) / (mean
// distance from its median within the wider part) largest, each part at least a fifth of the
// samples and three of them. Two states are claimed from 12 samples on, where that ratio exceeds
// 100 / n, at least 3 and at most 6, and the medians of the parts lie 10 % apart. Spread within
// the parts, and not of all, makes it deaf to tails: their samples lie apart from each other, too.
// (Hartigan's dip, Ann. Stat. 13, 1985, asks the same with less power where n is 20.)
//
// From 30 samples on, two hills with a valley between them are two states as well, as of
// connections of 0.2 to 0.45 and of 0.7 to 0.95 GB/s with a few between: of all splits into such
// parts whose medians lie 25 % apart, the one where the lesser of the counts near the two medians
// exceeds that in the emptiest place between them by most of its standard errors, more than 3.5;
// each in a quarter of the distance. Of one hill no place between two others is emptier than both.
//
// In 1000 tries one state was taken for two (worst of n = 12, 15 | of n = 20 to 200): normal 0 |
// 0, uniform 0.2 % | 0, Student with 2 degrees 0.1 % | 0, Cauchy 0.2 % | 0, exponential 0.9 % | 0.2
// %, lognormal (sigma 1.5) 1.3 % | 0.3 %, one in ten far off 0.1 % | 0.1 %. 1.65 and 3.1 GB/s at 40
// : 60 were found in 89 % (n = 12), 98 % (20), 99 % (30) where each state spreads by 5 %, and in 56
// %, 70 %, 93 % where it does by 8 %. By
//   results_test --gtest_also_run_disabled_tests --gtest_filter='TwoStates.DISABLED_*'

#include <cstdint>
#include <optional>
#include <span>
#include <string>

#include "results/model/model.h"

namespace splicebench {

struct TwoStates {
  double low = 0;        ///< median of the lower state, in the unit of the values
  double high = 0;       ///< and of the higher
  double low_share = 0;  ///< of the samples: in the lower state
};

/// Of positive `values` in any order; none: they show one state, or are too few to tell.
std::optional<TwoStates> two_states_of(std::span<const double> values);

/// Of the figures in `unit` (metrics.h) of the good samples of a case: by themselves; or, where a
/// connection falls from one state into the other while it is measured, so that whole samples lie
/// between, by the rates of their second halves (Sample::marks), if the parts that these make do
/// not overlap in the unit. At most twice the false alarms, then. None of "system-cpu-sec/GB": the
/// steps of a coarse clock look like states.
std::optional<TwoStates> states_of(const CaseResult& result, const std::string& unit);

}  // namespace splicebench
