#pragma once

// What changed since an older run, as HTML.

#include <cstddef>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "plots/page/report.h"
#include "results/stats/case_change.h"

namespace splicebench {

/// Of one unit.
struct Changed {
  std::vector<CaseChange> worse;                      ///< claims, worst first
  std::vector<CaseChange> better;                     ///< claims, best first
  std::vector<CaseChange> rest;                       ///< not told, in matrix order
  std::optional<std::pair<double, double>> together;  ///< together_in() these

  std::size_t cases() const { return worse.size() + better.size() + rest.size(); }
};

/// Of each of kComparedUnits.
std::vector<Changed> what_changed(const Result& older, const Result& newer);

/// "Of 88 cases 11 slower (worst −23.0 %); whole paths −1.2 % to +0.4 %": of throughput.
std::string change_headline(const std::vector<Changed>& all_units);

/// The largest changes of throughput, how many there are in the other units, and what of machines,
/// program and conditions is not the same.
std::string changes_part(const ReportInput& input, const std::vector<Changed>& all_units);

/// A table per unit, what changed first.
std::string compare_table_part(const ReportInput& input, const std::vector<Changed>& all_units);

}  // namespace splicebench
