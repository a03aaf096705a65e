#include <fmt/format.h>

#include <algorithm>

#include "results/text/size.h"
#include "results/verdict/ping_verdict.h"
#include "results/verdict/warnings.h"

namespace splicebench {

namespace {

std::string label_of(const CaseId& id) {
  return fmt::format("{} {}{}", format_size(id.chunk), id.mode,
                     named_conditions(id.conditions, ", "));
}

void errors(const PingRun& ping, std::vector<Warning>& warnings) {
  std::int64_t failed = 0;
  std::int64_t all = 0;
  std::string first;
  for (const PingCase& one : ping.cases) {
    all += static_cast<std::int64_t>(one.blocks.size());
    for (const PingBlock& block : one.blocks) {
      if (block.error.empty()) continue;
      ++failed;
      if (first.empty()) first = fmt::format("{}: {}", label_of(one.id), block.error);
    }
  }
  if (failed == 0) return;
  warnings.push_back(
      {"errors", fmt::format("{} of {} blocks gave no figure; the first: {}", failed, all, first),
       "see the entries with error_occurred in the result file"});
}

/// A percentile is told apart from the largest time by the times beyond it.
void few_round_trips(const PingRun& ping, std::vector<Warning>& warnings) {
  constexpr std::int64_t kForP999 = 10000;  // ten beyond
  std::int64_t fewest = kForP999;
  for (const PingCase& one : ping.cases) {
    const std::int64_t count = merged(one).round_trips();
    if (count > 0) fewest = std::min(fewest, count);
  }
  if (fewest >= kForP999) return;
  warnings.push_back({"round-trips",
                      fmt::format("p99.9 stands on {:.0f} of {} round trips",
                                  std::max(1.0, static_cast<double>(fewest) / 1000), fewest),
                      fmt::format("take -n {} or more to trust it", kForP999)});
}

/// At a rate the relay cannot keep, times grow without end and say nothing but that.
void overrun(const PingRun& ping, std::vector<Warning>& warnings) {
  if (ping.options.rate <= 0) return;
  constexpr double kKept = 0.98;
  for (const PingCase& one : ping.cases) {
    const PingBlock all = merged(one);
    if (all.round_trips() == 0) continue;
    const double reached = static_cast<double>(all.round_trips()) / all.seconds;
    if (reached >= kKept * ping.options.rate) continue;
    warnings.push_back({"rate",
                        fmt::format("{} made {:.0f} round trips a second of the {:g} asked for: "
                                    "its times are mostly waiting in line",
                                    label_of(one.id), reached, ping.options.rate),
                        "choose a lower --rate"});
    return;
  }
}

}  // namespace

std::vector<Warning> ping_warnings(const Result& result) {
  std::vector<Warning> warnings;
  errors(*result.ping, warnings);
  few_round_trips(*result.ping, warnings);
  overrun(*result.ping, warnings);
  for (Warning& warning : machine_warnings(result)) warnings.push_back(std::move(warning));
  for (Warning& warning : relay_congestion_warnings(result)) warnings.push_back(std::move(warning));
  if (!result.complete && result.ping->options.count > 0) {
    warnings.push_back({"incomplete", "the run was interrupted: some rounds are missing",
                        "measure again, or read it as a run of fewer rounds"});
  }
  return warnings;
}

}  // namespace splicebench
