#include "results/compare/runs/visits.h"

#include <algorithm>

#include "results/stats/runs/by_visit.h"
#include "results/stats/runs/spread.h"

namespace splicebench {

namespace {

/// Runs on either side from which they are what is counted.
constexpr std::size_t kEnoughRuns = 3;

}  // namespace

bool share_an_input(const VisitFigures& a, const VisitFigures& b) {
  return std::any_of(a.files.begin(), a.files.end(),
                     [&](std::size_t file) { return b.files.contains(file); });
}

SampleComparison compare_visits(const VisitFigures& older, const VisitFigures& newer,
                                double alpha) {
  const bool runs = older.files.size() >= kEnoughRuns && newer.files.size() >= kEnoughRuns;
  std::vector<double> old_figures = runs ? older.by_run : older.by_visit;
  std::vector<double> new_figures = runs ? newer.by_run : newer.by_visit;
  const auto none = [](double figure) { return figure == 0; };
  if (std::all_of(old_figures.begin(), old_figures.end(), none) &&
      std::all_of(new_figures.begin(), new_figures.end(), none))
    return compare_exact(old_figures, new_figures);
  std::vector<double> old_logs = logarithms(old_figures);
  std::vector<double> new_logs = logarithms(new_figures);
  if (old_logs.empty() || new_logs.empty()) {
    std::sort(old_figures.begin(), old_figures.end());
    std::sort(new_figures.begin(), new_figures.end());
    return compare_samples(old_figures, new_figures, alpha);
  }
  SampleComparison comparison;
  comparison.alpha = alpha;
  comparison.p = 1;
  comparison.n_old = std::ssize(old_figures);
  comparison.n_new = std::ssize(new_figures);
  CaseApart& one = comparison.apart.emplace();
  one.row = newer.row;
  one.group = newer.group;
  one.mode = newer.mode;
  one.units = runs ? RunUnits::kRuns : RunUnits::kVisits;
  one.older = std::move(old_logs);
  one.newer = std::move(new_logs);
  return comparison;
}

void Visits::start_file(const std::string& label) {
  files_.push_back({label});
  row_index_.clear();
}

Visits::Origin Visits::note(const OwnSample& sample) {
  Times& times = files_.back();
  if (sample.system.known) {
    times.busy += sample.system.busy;
    times.steal += sample.system.steal;
  }
  auto found = row_index_.find(sample.row);
  if (found == row_index_.end()) {
    found = row_index_.emplace(sample.row, rows_.size()).first;
    rows_.push_back({files_.size() - 1, sample.row, sample.group, {}});
  }
  Row& row = rows_[found->second];
  auto mode = row.modes.find(sample.mode);
  if (mode == row.modes.end()) mode = row.modes.emplace(sample.mode).first;
  return {found->second, &*mode, sample.round};
}

VisitFigures Visits::figures(std::span<const double> values,
                             std::span<const Origin> origins) const {
  VisitFigures figures;
  figures.row = rows_[origins.front().row].key;
  figures.group = rows_[origins.front().row].group;
  figures.mode = *origins.front().mode;
  std::map<std::size_t, std::vector<RoundFigure>> rows;
  for (std::size_t i = 0; i < values.size(); ++i)
    rows[origins[i].row].push_back({origins[i].round, values[i]});
  std::map<std::size_t, std::vector<double>> runs;
  for (const auto& [row, samples] : rows) {
    for (const double median : medians_by_visit(samples, rows_[row].modes.size())) {
      figures.by_visit.push_back(median);
      runs[rows_[row].file].push_back(median);
    }
  }
  for (auto& [file, some] : runs) {
    figures.files.insert(file);
    figures.by_run.push_back(median_figure(some));
  }
  return figures;
}

std::vector<std::pair<std::string, double>> Visits::steal() const {
  std::vector<std::pair<std::string, double>> shares;
  for (const Times& one : files_) {
    if (one.busy > 0) shares.emplace_back(one.label, std::max(0.0, one.steal / one.busy));
  }
  return shares;
}

}  // namespace splicebench
