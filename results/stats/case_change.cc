#include "results/stats/case_change.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <utility>

#include "results/model/metrics.h"
#include "results/stats/runs/by_visit.h"
#include "results/stats/runs/runs_apart.h"
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

std::vector<double> logs_of(const CaseResult& one, const std::string& unit, std::size_t modes) {
  std::vector<RoundFigure> figures;
  for (const Sample& sample : one.samples) {
    if (!sample.error.empty()) continue;
    for (const Metric& metric : metrics_of(sample)) {
      if (metric.unit == unit) figures.push_back({sample.round, metric.value});
    }
  }
  return logarithms(medians_by_visit(figures, modes));
}

/// By row: its modes.
std::map<std::string, std::size_t> modes_of(const Result& result) {
  std::map<std::string, std::size_t> modes;
  for (const CaseResult& one : result.cases) ++modes[one.id.key()];
  return modes;
}

/// Of one unit.
void judge(const Result& older, const Result& newer, const std::string& unit,
           std::vector<CaseChange>& changes) {
  std::map<std::string, std::size_t> old_modes = modes_of(older);
  std::map<std::string, std::size_t> new_modes = modes_of(newer);
  const auto find = [](const Result& result, const CaseId& id) {
    return *std::find_if(result.cases.begin(), result.cases.end(),
                         [&](const CaseResult& one) { return one.id == id; });
  };
  std::vector<CaseApart> cases;
  std::vector<CaseChange*> judged;
  for (CaseChange& change : changes) {
    const std::string row = change.id.key();
    CaseApart one;
    one.row = row;
    one.group = change.id.heading();
    one.mode = change.id.mode;
    one.older = logs_of(find(older, change.id), unit, old_modes[row]);
    one.newer = logs_of(find(newer, change.id), unit, new_modes[row]);
    if (one.older.empty() || one.newer.empty()) continue;
    cases.push_back(std::move(one));
    judged.push_back(&change);
  }
  judge_apart(cases, kAlpha);
  std::vector<double> ps;
  for (const CaseApart& one : cases) ps.push_back(one.p);
  const std::vector<double> adjusted = false_discovery_adjusted(ps);
  for (std::size_t i = 0; i < cases.size(); ++i) {
    CaseChange& change = *judged[i];
    change.together = std::exp(cases[i].among);
    change.ratio = std::exp(cases[i].beyond);
    change.low = std::exp(cases[i].low);
    change.high = std::exp(cases[i].high);
    change.p_alone = ps[i];
    change.p = adjusted[i];
    change.significant = adjusted[i] <= kAlpha;
  }
}

}  // namespace

CaseChanges case_changes(const Result& older, const Result& newer) {
  CaseChanges changes;
  for (std::size_t i = 0; i < changes.size(); ++i) {
    changes[i] = changes_in(older, newer, kComparedUnits[i]);
    judge(older, newer, kComparedUnits[i], changes[i]);
  }
  return changes;
}

std::vector<CaseChange> case_changes(const Result& older, const Result& newer,
                                     const std::string& unit) {
  CaseChanges changes = case_changes(older, newer);
  const auto found = std::find(kComparedUnits.begin(), kComparedUnits.end(), unit);
  return std::move(changes[static_cast<std::size_t>(found - kComparedUnits.begin())]);
}

std::optional<std::pair<double, double>> together_in(const std::vector<CaseChange>& changes) {
  std::vector<double> together;
  for (const CaseChange& one : changes) {
    if (std::isfinite(one.high)) together.push_back(one.together);
  }
  if (together.empty()) return std::nullopt;
  const auto [least, most] = std::minmax_element(together.begin(), together.end());
  return std::pair(*least, *most);
}

}  // namespace splicebench
