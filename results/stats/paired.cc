#include "results/stats/paired.h"

#include <algorithm>
#include <boost/math/distributions/binomial.hpp>
#include <cmath>
#include <limits>
#include <map>
#include <numeric>

#include "results/model/metrics.h"
#include "results/stats/summary.h"

namespace splicebench {

namespace {

using Rounds = std::map<std::int64_t, double>;

Rounds by_round(const CaseResult& result, const std::string& unit, Zeros zeros) {
  Rounds rounds;
  for (const Sample& sample : result.samples) {
    if (!sample.error.empty()) continue;
    for (const Metric& metric : metrics_of(sample)) {
      const bool usable = metric.value > 0 || (metric.value == 0 && zeros == Zeros::kKeep);
      if (metric.unit == unit && usable) rounds[sample.round] = metric.value;
    }
  }
  return rounds;
}

/// Ends of the sign-test interval at `level`; infinite when no order statistic reaches it.
std::pair<double, double> sign_interval(std::span<const double> sorted, double level) {
  constexpr double infinity = std::numeric_limits<double>::infinity();
  const std::int64_t n = static_cast<std::int64_t>(sorted.size());
  const boost::math::binomial_distribution<double> binomial(static_cast<double>(n), 0.5);
  std::int64_t order = 0;
  while (order < n / 2 && 2 * boost::math::cdf(binomial, static_cast<double>(order)) <= level)
    ++order;
  if (order == 0) return {-infinity, infinity};
  return {sorted[static_cast<std::size_t>(order - 1)], sorted[static_cast<std::size_t>(n - order)]};
}

}  // namespace

std::int64_t rounds_needed(std::int64_t rows, double alpha) {
  std::int64_t n = 1;
  while (std::exp2(static_cast<double>(1 - n)) * static_cast<double>(rows) > alpha) ++n;
  return n;
}

double sign_test(std::span<const double> differences) {
  const std::int64_t positive =
      std::count_if(differences.begin(), differences.end(), [](double d) { return d > 0; });
  const std::int64_t negative =
      std::count_if(differences.begin(), differences.end(), [](double d) { return d < 0; });
  if (positive + negative == 0) return 1;
  const boost::math::binomial_distribution<double> binomial(
      static_cast<double>(positive + negative), 0.5);
  return std::min(
      1.0, 2 * boost::math::cdf(binomial, static_cast<double>(std::min(positive, negative))));
}

std::string baseline_mode(const Result& result) {
  const std::vector<std::string>& modes = result.options.modes;
  if (std::find(modes.begin(), modes.end(), "generic") != modes.end()) return "generic";
  return modes.empty() ? std::string() : modes.front();
}

std::vector<double> paired_log_ratios(const CaseResult& baseline, const CaseResult& mode,
                                      const std::string& unit, Zeros zeros) {
  const Rounds old_rounds = by_round(baseline, unit, zeros);
  std::vector<double> ratios;
  for (const auto& [round, value] : by_round(mode, unit, zeros)) {
    const Rounds::const_iterator other = old_rounds.find(round);
    if (other == old_rounds.end()) continue;
    ratios.push_back(value == other->second ? 0 : std::log(value / other->second));
  }
  std::sort(ratios.begin(), ratios.end());
  return ratios;
}

PairedTable compare_paired(const Result& result, const std::string& unit, double alpha) {
  PairedTable table;
  table.unit = unit;
  table.alpha = alpha;
  const std::string baseline = baseline_mode(result);
  std::vector<std::vector<double>> differences;
  for (const CaseResult& other : result.cases) {
    if (other.id.mode == baseline) continue;
    const auto first =
        std::find_if(result.cases.begin(), result.cases.end(), [&](const CaseResult& candidate) {
          return candidate.id == CaseId{other.id.row(), baseline};
        });
    if (first == result.cases.end()) continue;
    std::vector<double> ratios = paired_log_ratios(*first, other, unit, Zeros::kSkip);
    if (ratios.empty()) continue;
    PairedComparison row;
    row.id = other.id;
    row.baseline = baseline;
    table.rows.push_back(row);
    differences.push_back(std::move(ratios));
  }

  judge_paired(table, differences);
  return table;
}

void judge_paired(PairedTable& table, const std::vector<std::vector<double>>& log_ratios) {
  const std::size_t rows = table.rows.size();
  table.rounds_needed =
      rounds_needed(static_cast<std::int64_t>(std::max<std::size_t>(rows, 1)), table.alpha);
  for (std::size_t i = 0; i < rows; ++i) {
    table.rows[i].n = static_cast<std::int64_t>(log_ratios[i].size());
    table.rows[i].ratio = std::exp(median_of_sorted(log_ratios[i]));
    table.rows[i].p = sign_test(log_ratios[i]);
  }
  std::vector<std::size_t> order(rows);
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return table.rows[a].p < table.rows[b].p; });
  double level = 0;
  double adjusted = 0;
  bool claiming = true;
  std::size_t step = 0;  // the first of the rows that are tied with this one
  for (std::size_t rank = 0; rank < rows; ++rank) {
    PairedComparison& row = table.rows[order[rank]];
    if (row.p > table.rows[order[step]].p) step = rank;
    const double steps_left = static_cast<double>(rows - step);
    // The level stays where the procedure stopped: rows after the first that failed are not
    // claimed.
    if (claiming) level = table.alpha / steps_left;
    adjusted = std::max(adjusted, std::min(1.0, steps_left * row.p));
    if (row.p > level) claiming = false;
    row.significant = claiming;
    row.p_holm = adjusted;
    row.level = level;
    const auto [low, high] = sign_interval(log_ratios[order[rank]], level);
    row.low = std::exp(low);
    row.high = std::exp(high);
  }
}

}  // namespace splicebench
