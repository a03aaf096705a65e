#include "results/case_change.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "results/metrics.h"
#include "results/summary.h"

namespace splicebench {

namespace {

CaseChange change_between(const CaseId& id, const Summary& older, const Summary& newer) {
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
  change.distinct = change.low > 1 || change.high < 1;
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
    const std::vector<double> old_values = values_of(*before, unit);
    const std::vector<double> new_values = values_of(now, unit);
    if (old_values.empty() || new_values.empty()) continue;
    const Summary old_summary = summarise(old_values);
    if (old_summary.centre <= 0) continue;
    changes.push_back(change_between(now.id, old_summary, summarise(new_values)));
  }
  return changes;
}

}  // namespace splicebench
