#include "results/stats/paired.h"

#include <algorithm>
#include <boost/math/distributions/normal.hpp>
#include <cmath>
#include <map>
#include <string>

#include "results/model/metrics.h"
#include "results/stats/rank/signed_rank.h"
#include "results/stats/two_states.h"

namespace splicebench {

namespace {

using Rounds = std::map<std::int64_t, double>;

Rounds by_round(const CaseResult& result, const std::string& unit, Zeros zeros) {
  Rounds rounds;
  for (const Sample& sample : result.samples) {
    if (!sample.error.empty()) continue;
    const std::optional<double> value = metric_of(sample, unit);
    if (value && (*value > 0 || (*value == 0 && zeros == Zeros::kKeep)))
      rounds[sample.round] = *value;
  }
  return rounds;
}

PairedTable table_of(const Result& result, const std::string& unit) {
  PairedTable table;
  table.unit = unit;
  const std::string baseline = baseline_mode(result);
  for (const CaseResult& other : result.cases) {
    if (other.id.mode == baseline || is_direct(other.id.mode)) continue;
    const auto first =
        std::find_if(result.cases.begin(), result.cases.end(), [&](const CaseResult& candidate) {
          return candidate.id == CaseId{other.id.row(), baseline};
        });
    if (first == result.cases.end()) continue;
    std::vector<double> ratios = paired_log_ratios(*first, other, unit, Zeros::kSkip);
    if (ratios.empty()) continue;
    PairedComparison& row = table.rows.emplace_back();
    row.id = other.id;
    row.baseline = baseline;
    row.two_states = states_of(*first, unit) || states_of(other, unit);
    row.log_ratios = std::move(ratios);
  }
  return table;
}

/// Estimate, interval and p of the row itself. A claim needs an interval at `claim_level` that
/// leaves out 1: it does with 50 % power where the difference is half that interval, and with 80 %
/// where it is 0.84 standard errors more.
void judge_alone(PairedComparison& row, double claim_level) {
  row.n = std::ssize(row.log_ratios);
  row.p = signed_rank_test(row.log_ratios);
  const Centre centre = centre_of(row.log_ratios, kIntervalLevel);
  row.ratio = std::exp(centre.value);
  row.low = std::exp(centre.low);
  row.high = std::exp(centre.high);
  const boost::math::normal normal;
  const double interval_errors = boost::math::quantile(normal, 1 - kIntervalLevel / 2);
  const double power_errors = boost::math::quantile(normal, 0.8);
  const Centre claim = centre_of(row.log_ratios, claim_level);
  row.could_have_told = std::exp(std::max(claim.high - claim.value, claim.value - claim.low) +
                                 power_errors / interval_errors * (centre.high - centre.low) / 2);
}

}  // namespace

std::string baseline_mode(const Result& result) {
  const std::vector<std::string>& modes = result.options.modes;
  if (std::find(modes.begin(), modes.end(), "generic") != modes.end()) return "generic";
  const auto first = std::find_if(modes.begin(), modes.end(),
                                  [](const std::string& mode) { return mode != kDirect; });
  return first == modes.end() ? std::string() : *first;
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

std::int64_t rounds_to_claim(const Result& result, double alpha) {
  std::map<std::string, std::size_t> modes;
  for (const CaseResult& one : result.cases) {
    if (!is_direct(one.id.mode)) ++modes[one.id.key()];
  }
  std::size_t pairs = 0;
  for (const auto& [row, count] : modes) pairs += count * (count - 1) / 2;
  const std::size_t family = std::max<std::size_t>(pairs * kComparedUnits.size(), 1);
  return differences_needed(alpha / static_cast<double>(family));
}

void judge(std::span<PairedTable> tables, double alpha) {
  std::vector<PairedComparison*> family;
  for (PairedTable& table : tables) {
    for (PairedComparison& row : table.rows) family.push_back(&row);
  }
  const double claim_level = alpha / static_cast<double>(std::max<std::size_t>(family.size(), 1));
  for (PairedTable& table : tables) {
    table.alpha = alpha;
    table.comparisons = std::ssize(family);
    table.rounds_needed = differences_needed(claim_level);
  }
  for (PairedComparison* row : family) judge_alone(*row, claim_level);
  std::stable_sort(
      family.begin(), family.end(),
      [](const PairedComparison* a, const PairedComparison* b) { return a->p < b->p; });
  double adjusted = 0;
  std::size_t step = 0;  // the first of those that are tied with this one: all have its level
  for (std::size_t rank = 0; rank < family.size(); ++rank) {
    PairedComparison& row = *family[rank];
    if (row.p > family[step]->p) step = rank;
    adjusted = std::max(adjusted, std::min(1.0, static_cast<double>(family.size() - step) * row.p));
    row.p_holm = adjusted;
    row.significant = adjusted <= alpha;
  }
}

std::vector<PairedTable> compare_modes(const Result& result, double alpha) {
  std::vector<PairedTable> tables;
  tables.reserve(kComparedUnits.size());
  for (const char* unit : kComparedUnits) tables.push_back(table_of(result, unit));
  judge(tables, alpha);
  return tables;
}

PairedTable compare_paired(const Result& result, const std::string& unit, double alpha) {
  for (PairedTable& table : compare_modes(result, alpha)) {
    if (table.unit == unit) return std::move(table);
  }
  return {};
}

}  // namespace splicebench
