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

/// How many modes a row has that are held against each other.
std::map<std::string, double> modes_by_row(const Result& result) {
  std::map<std::string, double> modes;
  for (const CaseResult& one : result.cases) {
    if (!is_direct(one.id.mode)) ++modes[one.id.key()];
  }
  return modes;
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

/// A claim needs an interval at `level` that leaves out 1: it does with 50 % power where the
/// difference is half that interval, and with 80 % where it is 0.84 standard errors more.
double told_factor(std::span<const double> log_ratios, double level, const Centre& centre) {
  const boost::math::normal normal;
  const double interval_errors = boost::math::quantile(normal, 1 - kIntervalLevel / 2);
  const double power_errors = boost::math::quantile(normal, 0.8);
  const Centre claim = centre_of(log_ratios, level);
  return std::exp(std::max(claim.high - claim.value, claim.value - claim.low) +
                  power_errors / interval_errors * (centre.high - centre.low) / 2);
}

/// Estimate, interval and p of the row itself.
void judge_alone(PairedComparison& row, double claim_level) {
  row.n = std::ssize(row.log_ratios);
  row.p = signed_rank_test(row.log_ratios);
  const Centre centre = centre_of(row.log_ratios, kIntervalLevel);
  row.ratio = std::exp(centre.value);
  row.low = std::exp(centre.low);
  row.high = std::exp(centre.high);
  row.could_have_told = told_factor(row.log_ratios, claim_level, centre);
}

/// Of comparisons in `unit`; one that is not among kComparedUnits is judged by itself.
double share_of(const std::string& unit) {
  const auto found = std::find(kComparedUnits.begin(), kComparedUnits.end(), unit);
  return found == kComparedUnits.end()
             ? 1
             : kClaimShares[static_cast<std::size_t>(found - kComparedUnits.begin())];
}

struct Weighed {
  PairedComparison* row;
  double weight;
  double order() const { return row->p / weight; }
};

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

double told_factor(std::span<const double> log_ratios, double level) {
  return told_factor(log_ratios, level, centre_of(log_ratios, kIntervalLevel));
}

std::array<double, kComparedUnits.size()> claim_levels(const Result& result, double alpha) {
  double comparisons = 0;
  for (const auto& [row, modes] : modes_by_row(result)) comparisons += modes - 1;
  std::array<double, kComparedUnits.size()> levels = kClaimShares;
  for (double& level : levels) level *= alpha / std::max(comparisons, 1.0);
  return levels;
}

std::int64_t rounds_to_claim(const Result& result, double alpha) {
  double pairs = 0;
  for (const auto& [row, modes] : modes_by_row(result)) pairs += modes * (modes - 1) / 2;
  return differences_needed(kClaimShares.front() * alpha / std::max(pairs, 1.0));
}

void judge(std::span<PairedTable> tables, double alpha) {
  std::vector<Weighed> family;
  double weights = 0;
  for (PairedTable& table : tables) {
    for (PairedComparison& row : table.rows) {
      family.push_back({&row, share_of(table.unit)});
      weights += family.back().weight;
    }
  }
  for (PairedTable& table : tables) {
    const double share = share_of(table.unit);
    const double level = alpha * share / std::max(weights, share);
    table.alpha = alpha;
    table.comparisons = std::ssize(family);
    table.rounds_needed = differences_needed(level);
    for (PairedComparison& row : table.rows) judge_alone(row, level);
  }
  std::stable_sort(family.begin(), family.end(),
                   [](const Weighed& a, const Weighed& b) { return a.order() < b.order(); });
  double adjusted = 0;
  double left = weights;  // of this one and all after it
  double tied = weights;  // of the first of those that are tied with this one: all have its level
  for (std::size_t rank = 0; rank < family.size(); ++rank) {
    const Weighed& one = family[rank];
    if (rank > 0 && one.order() > family[rank - 1].order()) tied = left;
    // Not below p itself, by rounding neither.
    adjusted = std::max({adjusted, one.row->p, std::min(1.0, one.order() * tied)});
    left -= one.weight;
    one.row->p_holm = adjusted;
    one.row->significant = adjusted <= alpha;
  }
}

std::vector<PairedTable> compare_modes(const Result& result, double alpha) {
  std::vector<PairedTable> tables;
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
