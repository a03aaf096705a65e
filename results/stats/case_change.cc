#include "results/stats/case_change.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "results/model/metrics.h"
#include "results/stats/rank/mann_whitney.h"
#include "results/stats/summary.h"

namespace splicebench {

namespace {

constexpr double kAlpha = 0.05;

std::vector<double> sorted_values(const CaseResult& result, const std::string& unit) {
  std::vector<double> values = values_of(result, unit);
  std::sort(values.begin(), values.end());
  return values;
}

CaseChange change_between(const CaseId& id, const std::vector<double>& old_values,
                          const std::vector<double>& new_values) {
  const Summary older = summarise(old_values);
  const Summary newer = summarise(new_values);
  CaseChange change;
  change.id = id;
  change.n_old = older.n;
  change.n_new = newer.n;
  change.centre_old = older.centre;
  change.centre_new = newer.centre;
  change.ratio = newer.centre / older.centre;
  const bool bounded = std::isfinite(older.low) && std::isfinite(older.high) &&
                       std::isfinite(newer.low) && std::isfinite(newer.high) && older.low > 0;
  change.low = bounded ? newer.low / older.high : 0;
  change.high = bounded ? newer.high / older.low : std::numeric_limits<double>::infinity();
  const UTest test = mann_whitney(old_values, new_values);
  change.p = test.p;
  change.significant = test.p <= kAlpha;
  return change;
}

}  // namespace

std::vector<CaseChange> case_changes(const Result& older, const Result& newer,
                                     const std::string& unit) {
  std::vector<CaseChange> changes;
  for (const CaseResult& now : newer.cases) {
    const auto before =
        std::find_if(older.cases.begin(), older.cases.end(),
                     [&](const CaseResult& candidate) { return candidate.id == now.id; });
    if (before == older.cases.end()) continue;
    const std::vector<double> old_values = sorted_values(*before, unit);
    const std::vector<double> new_values = sorted_values(now, unit);
    if (old_values.empty() || new_values.empty()) continue;
    // A ratio to nothing says nothing: an engine may report no CPU time at all.
    if (summarise(old_values).centre <= 0) continue;
    changes.push_back(change_between(now.id, old_values, new_values));
  }
  return changes;
}

}  // namespace splicebench
