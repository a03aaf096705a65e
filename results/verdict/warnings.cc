#include "results/verdict/warnings.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "results/model/metrics.h"
#include "results/stats/case_figures.h"
#include "results/stats/paired.h"
#include "results/stats/settled.h"
#include "results/stats/summary.h"
#include "results/text/line.h"
#include "results/text/program_name.h"
#include "results/text/size.h"
#include "results/verdict/causes.h"
#include "results/verdict/ping_verdict.h"
#include "results/verdict/recommendation.h"

namespace splicebench {

namespace {

constexpr double kNoisyShare = 0.15;   ///< interquartile range over median
constexpr double kUnequalCalls = 2.0;  ///< ratio of bytes per call between modes
constexpr double kStealShare = 0.01;   ///< of busy time

std::vector<const Sample*> good_samples(const CaseResult& one) {
  std::vector<const Sample*> good;
  for (const Sample& sample : one.samples) {
    if (sample.error.empty()) good.push_back(&sample);
  }
  return good;
}

std::string label(const CaseId& id) {
  return fmt::format("{} {} {}", id.heading(), format_size(id.chunk), id.mode);
}

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return median_of_sorted(values);
}

void errors(const Result& result, std::vector<Warning>& warnings) {
  std::int64_t failed = 0;
  std::int64_t all = 0;
  const Sample* first = nullptr;
  const CaseResult* where = nullptr;
  for (const CaseResult& one : result.cases) {
    all += static_cast<std::int64_t>(one.samples.size());
    for (const Sample& sample : one.samples) {
      if (sample.error.empty()) continue;
      ++failed;
      if (first == nullptr) first = &sample, where = &one;
    }
  }
  if (failed == 0) return;
  warnings.push_back({"errors",
                      fmt::format("{} of {} samples gave no figure; the first: {}: {}", failed, all,
                                  label(where->id), first->error),
                      "see the entries with error_occurred in the result file"});
}

void noise(const Result& result, std::vector<Warning>& warnings) {
  std::int64_t noisy = 0;
  double worst = 0;
  std::string which;
  for (const CaseResult& one : result.cases) {
    std::vector<double> values = values_of(one, "B/s");
    if (values.size() < 4) continue;
    std::sort(values.begin(), values.end());
    if (states_of(one, "B/s")) continue;  // told as such
    const double range = values[values.size() * 3 / 4] - values[values.size() / 4];
    const double share = range / median_of_sorted(values);
    if (share <= kNoisyShare) continue;
    ++noisy;
    if (share > worst) worst = share, which = label(one.id);
  }
  if (noisy == 0) return;
  warnings.push_back(
      {"noise",
       fmt::format("{} of {} cases vary by more than {:.0f}% (interquartile range over median); "
                   "the worst is {} with {:.0f}%",
                   noisy, result.cases.size(), kNoisyShare * 100, which, worst * 100),
       "stop other work on this machine, take more --rounds or a longer --min-time"});
}

/// Chunks by path, as "tcp-to-tcp from 2KiB to 8KiB; unix-to-tcp at 1KiB".
std::string rows_text(const std::map<std::string, std::vector<std::int64_t>>& rows,
                      const std::vector<std::int64_t>& all) {
  std::vector<std::string> parts;
  parts.reserve(rows.size());
  for (const auto& [path, chunks] : rows)
    parts.push_back(fmt::format("{} {}", path, chunk_ranges(chunks, all)));
  return fmt::format("{}", fmt::join(parts, "; "));
}

void peer_bound(const Result& result, std::vector<Warning>& warnings) {
  std::map<std::string, std::vector<std::int64_t>> rows;
  std::int64_t bound = 0;
  for (const CaseResult& one : result.cases) {
    if (is_direct(one.id.mode)) continue;  // it has no relay
    const std::optional<Bottleneck> busiest =
        figures_of(one, sharing_of(result, one.id)).bottleneck;
    if (!busiest || busiest->relay) continue;
    rows[fmt::format("{} {} ({})", one.id.heading(), one.id.mode, busiest->processes)].push_back(
        one.id.chunk);
    ++bound;
  }
  if (rows.empty()) return;
  warnings.push_back(
      {"peer-bound",
       fmt::format("a CPU without the relay was the busiest in {} of {}: {}", bound,
                   counted(std::ssize(result.cases), "case"),
                   rows_text(rows, planned_chunks(result))),
       "throughput says little about the engine there: compare CPU per GB, or take a placement "
       "where the relay shares that CPU (--placement writer+relay, relay+reader or same)"});
}

/// Engines other than the baseline's that move larger pieces than every other mode, or smaller
/// ones, so that the size may be the reason (as the recommendation has it, Doubt::kSizes). Of the
/// baseline's own engine the size is all that differs, and no doubt.
void unequal_calls(const Result& result, std::vector<Warning>& warnings) {
  const std::string baseline = baseline_mode(result);
  std::map<std::string, std::map<std::string, double>> rows;  // bytes per call by row and mode
  for (const CaseResult& one : result.cases) {
    const std::vector<double> values = values_of(one, "B/call");
    if (!values.empty()) rows[one.id.key()][one.id.mode] = median(values);
  }
  const auto apart = [](double a, double b) { return std::max(a / b, b / a); };
  std::int64_t unequal = 0;
  double worst = 1;
  std::string example;
  for (const CaseResult& one : result.cases) {
    const std::map<std::string, double>& row = rows[one.id.key()];
    if (!row.contains(one.id.mode) || !row.contains(baseline)) continue;
    if (engine_of(one.id.mode) == engine_of(baseline)) continue;
    const double own = row.at(one.id.mode);
    const double usual = row.at(baseline);
    const bool matched = std::any_of(row.begin(), row.end(), [&](const auto& other) {
      return other.first != one.id.mode && (own > usual ? other.second * kUnequalCalls > own
                                                        : other.second < own * kUnequalCalls);
    });
    const double ratio = apart(own, usual);
    if (matched || ratio < kUnequalCalls) continue;
    ++unequal;
    if (ratio <= worst) continue;
    worst = ratio;
    example = fmt::format("{}: {:.0f} KiB per call against {:.0f} KiB of {}", label(one.id),
                          own / 1024, row.at(baseline) / 1024, baseline);
  }
  if (unequal == 0) return;
  warnings.push_back({"bytes-per-call",
                      fmt::format("in {} no other mode moved as many bytes per call, e.g. {}",
                                  counted(unequal, "case"), example),
                      "to compare mechanisms and not sizes, add --modes "
                      "generic,splice,generic:buffer=1MiB,splice:pipe=64KiB"});
}

void steal(const Result& result, std::vector<Warning>& warnings) {
  double stolen = 0;
  double busy = 0;
  for (const CaseResult& one : result.cases) {
    for (const Sample* sample : good_samples(one)) {
      stolen += sample->system.steal;
      busy += sample->system.busy;
    }
  }
  if (busy <= 0 || stolen / (busy + stolen) < kStealShare) return;
  warnings.push_back({"steal",
                      fmt::format("the hypervisor took {:.1f}% of the CPU time during the samples",
                                  100 * stolen / (busy + stolen)),
                      "measure when the host is quiet, or on a machine of your own"});
}

void engine_ways(const Result& result, std::vector<Warning>& warnings) {
  std::vector<std::string> fell_back;
  for (const CaseResult& one : result.cases) {
    const std::vector<const Sample*> samples = good_samples(one);
    if (samples.empty()) continue;
    if (std::any_of(samples.begin(), samples.end(),
                    [](const Sample* s) { return s->calls && s->calls->fallback > 0; })) {
      fell_back.push_back(label(one.id));
    }
  }
  if (!fell_back.empty()) {
    warnings.push_back(
        {"fallback",
         fmt::format("the engine went over to read and write in {}, the first: {}",
                     counted(std::ssize(fell_back), "case"), fell_back.front()),
         "these figures are of read and write; see 'granted' and 'fallbacks' in the result file"});
  }
}

/// The kernel's own report on sends that were to go without a copy.
void copied(const Result& result, std::vector<Warning>& warnings) {
  std::map<std::string, Calls> by_mode;
  for (const CaseResult& one : result.cases) {
    for (const Sample* sample : good_samples(one)) {
      if (sample->calls && sample->calls->copied > 0) by_mode[one.id.mode] += *sample->calls;
    }
  }
  if (by_mode.empty()) return;
  std::vector<std::string> parts;
  for (const auto& [mode, calls] : by_mode) {
    parts.push_back(fmt::format("{} {} sends of {}",
                                calls.uncopied == 0 ? "all" : fmt::format("{} of", calls.copied),
                                calls.copied + calls.uncopied, mode));
  }
  warnings.push_back(
      {"copied",
       fmt::format("the kernel says that it copied {}, asked not to", fmt::join(parts, ", ")),
       "loopback copies what goes without a copy elsewhere; a network card shows what it gains"});
}

void unsettled(const Result& result, std::vector<Warning>& warnings) {
  std::vector<std::string> drifting;
  double worst = 1;
  for (const CaseResult& one : result.cases) {
    const std::optional<double> drift = drift_within(one);
    if (!drift) continue;
    drifting.push_back(label(one.id));
    if (std::abs(std::log(*drift)) > std::abs(std::log(worst))) worst = *drift;
  }
  if (drifting.empty()) return;
  warnings.push_back(
      {"unsettled",
       fmt::format("{} changed speed within the timed part, at worst by {:+.0f}% from its "
                   "begin to its end; the first: {}",
                   counted(std::ssize(drifting), "case"), (worst - 1) * 100, drifting.front()),
       "these figures are of the way there as well: take a longer --min-time"});
}

void rounds(const Result& result, std::vector<Warning>& warnings) {
  const PairedTable table = compare_paired(result, "B/s");
  if (!table.rows.empty() && result.options.rounds < table.rounds_needed) {
    warnings.push_back({"rounds",
                        fmt::format("{} cannot show any difference among {}",
                                    counted(result.options.rounds, "round"),
                                    counted(table.comparisons, "comparison")),
                        fmt::format("take --rounds {} or more", table.rounds_needed)});
  }
  if (!result.complete) {
    warnings.push_back(
        {"incomplete", "the run was interrupted: some rounds are missing",
         fmt::format("complete it with: {} run --resume and this file's name", program_name())});
  }
}

}  // namespace

std::vector<Warning> machine_warnings(const Result& result) {
  std::vector<Warning> warnings;
  const Environment& environment = result.environment;
  if (!environment.governor.empty() && environment.governor != "performance") {
    warnings.push_back(
        {"cpu-frequency",
         fmt::format("the CPU frequency governor is '{}': frequency may change between samples",
                     environment.governor),
         "cpupower frequency-set -g performance"});
  }
  return warnings;
}

std::vector<Warning> derived_warnings(const Result& result) {
  if (result.ping) return ping_warnings(result);
  std::vector<Warning> warnings;
  errors(result, warnings);
  rounds(result, warnings);
  noise(result, warnings);
  peer_bound(result, warnings);
  unequal_calls(result, warnings);
  steal(result, warnings);
  for (Warning& warning : machine_warnings(result)) warnings.push_back(std::move(warning));
  engine_ways(result, warnings);
  copied(result, warnings);
  unsettled(result, warnings);
  for (Warning& warning : flow_warnings(result)) warnings.push_back(std::move(warning));
  for (Warning& warning : host_warnings(result)) warnings.push_back(std::move(warning));
  for (Warning& warning : cause_warnings(result)) warnings.push_back(std::move(warning));
  for (Warning& warning : relay_congestion_warnings(result)) warnings.push_back(std::move(warning));
  return warnings;
}

std::vector<Warning> all_warnings(const Result& result) {
  std::vector<Warning> all = result.warnings;
  for (Warning& warning : derived_warnings(result)) {
    const bool known = std::any_of(all.begin(), all.end(),
                                   [&](const Warning& one) { return one.code == warning.code; });
    if (!known) all.push_back(std::move(warning));
  }
  return all;
}

}  // namespace splicebench
