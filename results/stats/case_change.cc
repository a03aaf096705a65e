#include "results/stats/case_change.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

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
  change.p = mann_whitney(old_values, new_values).p;
  return change;
}

/// Of one unit, not yet judged.
std::vector<CaseChange> changes_in(const Result& older, const Result& newer,
                                   const std::string& unit) {
  // As figures_of() of case_figures.h has it: not of what a coarse clock counts.
  const bool may_have_states = unit != "system-cpu-sec/GB";
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
    CaseChange& change = changes.emplace_back(change_between(now.id, old_values, new_values));
    if (!may_have_states) continue;
    change.states_old = two_states_of(old_values);
    change.states_new = two_states_of(new_values);
  }
  return changes;
}

/// By Holm's procedure (see paired.h for the source).
void judge(std::vector<CaseChange*> family) {
  std::stable_sort(family.begin(), family.end(),
                   [](const CaseChange* a, const CaseChange* b) { return a->p < b->p; });
  double adjusted = 0;
  for (std::size_t rank = 0; rank < family.size(); ++rank) {
    CaseChange& change = *family[rank];
    adjusted =
        std::max(adjusted, std::min(1.0, static_cast<double>(family.size() - rank) * change.p));
    change.p_holm = adjusted;
    change.significant = adjusted <= kAlpha;
  }
}

}  // namespace

CaseChanges case_changes(const Result& older, const Result& newer) {
  CaseChanges changes;
  std::vector<CaseChange*> family;
  for (std::size_t i = 0; i < changes.size(); ++i) {
    changes[i] = changes_in(older, newer, kComparedUnits[i]);
    for (CaseChange& change : changes[i]) family.push_back(&change);
  }
  judge(family);
  return changes;
}

std::vector<CaseChange> case_changes(const Result& older, const Result& newer,
                                     const std::string& unit) {
  CaseChanges changes = case_changes(older, newer);
  const auto found = std::find(kComparedUnits.begin(), kComparedUnits.end(), unit);
  return std::move(changes[static_cast<std::size_t>(found - kComparedUnits.begin())]);
}

}  // namespace splicebench
