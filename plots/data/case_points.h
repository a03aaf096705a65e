#pragma once

// Figures of cases as points of charts.

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "plots/data/chart.h"
#include "results/stats/case_figures.h"

namespace splicebench {

/// A figure as a reader is told it.
using Wording = std::string (*)(double);

/// `unit` stands behind the value. Figures of `summary` times `factor`.
ChartPoint summary_point(const CaseId& id, const Summary& summary, double factor, Wording words,
                         const std::string& unit);

/// Percent of ratios; without an interval where `high` is infinite. `count` says of how many.
ChartPoint change_point(std::int64_t chunk, double ratio, double low, double high, bool significant,
                        const std::string& count);

/// Of a case of two states: the interval of its ratio, finite, and where the ratios themselves lie
/// in two states, which they need not where only the baseline has them, a mark for each.
std::vector<ChartPoint> state_changes(std::int64_t chunk, std::span<const double> ratios,
                                      double low, double high, bool significant,
                                      const std::string& count);

struct CasePoint {
  CaseId id;
  ChartPoint point;
};

using Figure = std::optional<CaseSummary> CaseFigures::*;

/// The points of the cases that have this figure: one each, or one for each of two states
/// (stats/two_states.h), between which there is nothing to mark.
std::vector<CasePoint> figure_points(const Result& result, Figure figure, double factor,
                                     Wording words, const std::string& unit);

}  // namespace splicebench
