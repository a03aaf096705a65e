#include "results/verdict/ping_verdict.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <functional>

#include "results/text/line.h"
#include "results/text/size.h"
#include "results/verdict/warnings.h"

namespace splicebench {

namespace {

using Rounds = std::map<std::int64_t, double>;

/// Up to here a difference counts as not perceivable, as a share of the baseline's median. It is a
/// choice, so the sentence names it: on a shared machine medians of one mode move by a tenth from
/// one run to the next, and nobody who runs a ping client once for each mode perceives less.
constexpr double kPerceivable = 0.1;

Rounds by_round(const PingCase& one, const std::string& unit) {
  Rounds rounds;
  for (const PingBlock& block : one.blocks) {
    if (!block.error.empty()) continue;
    for (const Metric& metric : metrics_of(block, one.id.chunk)) {
      if (metric.unit == unit && metric.value > 0) rounds[block.round] = metric.value;
    }
  }
  return rounds;
}

const PingCase* find_case(const PingRun& ping, const CaseId& like, const std::string& mode) {
  const CaseId wanted{like.row(), mode};
  for (const PingCase& one : ping.cases) {
    if (one.id == wanted) return &one;
  }
  return nullptr;
}

std::string baseline_of(const PingRun& ping) {
  std::string first;
  for (const PingCase& one : ping.cases) {
    if (one.id.mode == "generic") return one.id.mode;
    if (first.empty() && !is_floor(one.id.mode)) first = one.id.mode;
  }
  return first;
}

std::vector<double> log_ratios(const PingCase& baseline, const PingCase& mode,
                               const std::string& unit) {
  const Rounds base = by_round(baseline, unit);
  std::vector<double> ratios;
  for (const auto& [round, value] : by_round(mode, unit)) {
    const Rounds::const_iterator other = base.find(round);
    if (other != base.end()) ratios.push_back(std::log(value / other->second));
  }
  std::sort(ratios.begin(), ratios.end());
  return ratios;
}

/// Its intervals stand, nothing in it is claimed.
void make_exploratory(PairedTable& table) {
  table.comparisons = 0;
  for (PairedComparison& row : table.rows) {
    row.p_holm = 1;
    row.significant = false;
  }
}

std::optional<Summary> ping_summary_of(const std::vector<double>& values) {
  if (values.empty()) return std::nullopt;
  return summarise(values);
}

/// Cost of a wakeup of another CPU, by round.
Rounds wakeups(const PingRun& ping, const CaseId& id) {
  Rounds costs;
  const PingCase* const same = find_case(ping, id, kFloorSameCpu);
  const PingCase* const apart = find_case(ping, id, kFloorTwoCpus);
  if (same == nullptr || apart == nullptr) return costs;
  const Rounds near = by_round(*same, quantile_unit("p50"));
  for (const auto& [round, far] : by_round(*apart, quantile_unit("p50"))) {
    const Rounds::const_iterator found = near.find(round);
    if (found != near.end()) costs[round] = (far - found->second) / 2;
  }
  return costs;
}

PingRow row_of(const Result& result, const PingCase& one) {
  PingRow row;
  row.id = one.id;
  row.all = merged(one);
  row.failed = std::count_if(one.blocks.begin(), one.blocks.end(),
                             [](const PingBlock& block) { return !block.error.empty(); });
  if (is_floor(one.id.mode)) return row;
  const Rounds medians = by_round(one, quantile_unit("p50"));
  if (const PingCase* const floor = find_case(*result.ping, one.id, one.floor)) {
    const Rounds below = by_round(*floor, quantile_unit("p50"));
    std::vector<double> shares;
    for (const auto& [round, median] : medians) {
      const Rounds::const_iterator found = below.find(round);
      if (found != below.end()) shares.push_back(found->second / median);
    }
    row.floor_share = ping_summary_of(shares);
  }
  const Rounds costs = wakeups(*result.ping, one.id);
  std::vector<double> shares;
  std::vector<double> each;
  for (const auto& [round, cost] : costs) {
    each.push_back(cost);
    const Rounds::const_iterator median = medians.find(round);
    if (one.cross_wakeups && median != medians.end()) {
      shares.push_back(static_cast<double>(*one.cross_wakeups) * cost / median->second);
    }
  }
  row.wakeup = ping_summary_of(each);
  row.wake_share = ping_summary_of(shares);
  return row;
}

std::string percent_interval(const PairedComparison& one) {
  return fmt::format("{:+.1f}% [{:+.1f}, {:+.1f}]", (one.ratio - 1) * 100, (one.low - 1) * 100,
                     (one.high - 1) * 100);
}

/// What of the mode's median round trip is wakeups of another CPU.
std::string wakeup_clause(const PingCase& mode, const PingRow& row) {
  if (!mode.cross_wakeups) {
    return "what share of a round trip is wakeups cannot be told where the scheduler or another "
           "machine places the processes";
  }
  if (*mode.cross_wakeups == 0) return "no wakeup goes to another CPU in this placement";
  if (!row.wake_share) {
    return "what share of a round trip is wakeups was not measured: that takes the floor on one "
           "CPU and on two";
  }
  return fmt::format(
      "waking other CPUs is {} of a round trip through {} ({} wakeups of {:.1f} us more than a "
      "switch on the same CPU, by the floor on two CPUs less that on one)",
      share_text(*row.wake_share), row.id.mode, *mode.cross_wakeups, row.wakeup->centre * 1e6);
}

/// The flags of -n 0 are others: it takes no number of rounds, it goes on.
std::string too_few_rounds(const PairedComparison& one, std::int64_t needed,
                           const PingOptions& options) {
  const std::string few = fmt::format("{} cannot show a difference between {} and {}",
                                      counted(one.n, "round"), one.id.mode, one.baseline);
  if (options.count == 0) return fmt::format("{}: let it run for at least {} rounds", few, needed);
  return fmt::format("{}: take at least {} ({}--rounds)", few, needed,
                     options.count < needed ? "-n and " : "");
}

bool is_within_margin(const PairedComparison& one) {
  return one.low >= 1 - kPerceivable && one.high <= 1 + kPerceivable;
}

/// Three answers: a difference was shown; none was, and the interval has no room for one that
/// matters; none was, and it has.
std::string claim_clause(const PairedComparison& one, std::int64_t needed,
                         const PingOptions& options) {
  if (one.n < needed || !std::isfinite(one.high)) return too_few_rounds(one, needed, options);
  const std::string claim = "\"no perceivable difference\"";
  const std::string figure =
      fmt::format("{}'s median round trip differs from {}'s by {}, paired over {} rounds",
                  one.id.mode, one.baseline, percent_interval(one), one.n);
  if (one.significant) return fmt::format("{} does not hold here: {}", claim, figure);
  if (is_within_margin(one)) {
    return fmt::format("{} holds here to within {:.0f}%: {}", claim, kPerceivable * 100, figure);
  }
  return fmt::format(
      "whether {} holds cannot be told here: {}'s median round trip differs from {}'s by something "
      "between {:+.1f}% and {:+.1f}%, paired over {} rounds; {}",
      claim, one.id.mode, one.baseline, (one.low - 1) * 100, (one.high - 1) * 100, one.n,
      options.count == 0 ? "let it run for longer" : "take more (-n, --rounds)");
}

std::vector<std::string> sentences_of(const Result& result, const PingVerdict& verdict) {
  std::vector<std::string> sentences;
  const PairedTable& medians = verdict.differences.front();
  for (const PairedComparison& one : medians.rows) {
    const PingCase* const mode = find_case(*result.ping, one.id, one.id.mode);
    for (const PingRow& row : verdict.rows) {
      if (row.id != one.id) continue;
      sentences.push_back(fmt::format(
          "{}{}: {}; {}.", format_size(one.id.chunk), named_conditions(one.id.conditions, ", "),
          claim_clause(one, medians.rounds_needed, result.ping->options),
          wakeup_clause(*mode, row)));
    }
  }
  return sentences;
}

}  // namespace

std::string share_text(const Summary& share) {
  if (!std::isfinite(share.low) || !std::isfinite(share.high)) {
    return fmt::format("{:.0f}%", share.centre * 100);
  }
  return fmt::format("{:.0f}% [{:.0f}, {:.0f}]", share.centre * 100, share.low * 100,
                     share.high * 100);
}

std::vector<PairedTable> compare_pings(const Result& result, double alpha) {
  const PingRun& ping = *result.ping;
  const std::string baseline = baseline_of(ping);
  std::vector<std::string> units;
  for (const PingQuantile& quantile : kPingQuantiles) units.push_back(quantile_unit(quantile.name));
  units.push_back("relay-cpu-sec/op");
  std::vector<PairedTable> tables;
  for (const std::string& unit : units) {
    PairedTable& table = tables.emplace_back();
    table.unit = unit;
    for (const PingCase& one : ping.cases) {
      if (is_floor(one.id.mode) || one.id.mode == baseline) continue;
      const PingCase* const first = find_case(ping, one.id, baseline);
      if (first == nullptr) continue;
      std::vector<double> ratios = log_ratios(*first, one, unit);
      if (ratios.empty()) continue;
      PairedComparison& row = table.rows.emplace_back();
      row.id = one.id;
      row.baseline = baseline;
      row.log_ratios = std::move(ratios);
    }
    judge({&table, 1}, alpha);
    if (tables.size() > 1) make_exploratory(table);
  }
  // Percentiles that no block could tell; the median, which every block tells, stays.
  tables.erase(std::remove_if(tables.begin() + 1, tables.end(),
                              [](const PairedTable& table) { return table.rows.empty(); }),
               tables.end());
  return tables;
}

PingVerdict ping_verdict(const Result& result, double alpha) {
  PingVerdict verdict;
  verdict.baseline = baseline_of(*result.ping);
  for (const PingCase& one : result.ping->cases) verdict.rows.push_back(row_of(result, one));
  verdict.differences = compare_pings(result, alpha);
  verdict.sentences = sentences_of(result, verdict);
  verdict.warnings = all_warnings(result);
  return verdict;
}

}  // namespace splicebench
