#include "bench/matrix/plan/planned.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "harness/sample/progress.h"
#include "harness/sample/runner.h"
#include "harness/sample/schedule/plan.h"
#include "harness/sample/schedule/schedule.h"
#include "results/files/error.h"
#include "results/text/line.h"
#include "results/text/size.h"

namespace splicebench {

double planned_seconds(const RunOptions& options, std::size_t cases, double control_round_trip) {
  constexpr double kSlowerModes = 1.1;  // all modes of a group move the fastest one's bytes
  constexpr double kOverhead = 0.002;
  constexpr double kMargin = 1.25;
  constexpr double kWarmup = 1.3;
  // Many flows: their connections, and what each must move at least.
  constexpr double kFlow = 0.0004;
  double flows = 0;
  for (const std::string& text : options.conditions[ConditionKind::flows]) {
    const std::int64_t count = parse_size(text, "--flows");
    if (count > 1) flows += static_cast<double>(count);
  }
  flows /= static_cast<double>(options.conditions[ConditionKind::flows].size());
  // Messages of a sample that wait for each other: how far the reader is, when it has a piece of
  // the warm-up, when all are ready; its share of what a visit takes to begin.
  constexpr double kTrips = 8;
  const double timed = least_seconds(options, control_round_trip);
  const double sample = timed * kMargin * kWarmup * kSlowerModes + kOverhead + kFlow * flows +
                        kTrips * control_round_trip;
  const double preparation = 0.01 + 2 * sample;
  return static_cast<double>(cases) * (static_cast<double>(options.rounds) * sample + preparation);
}

std::string effort_text(const RunOptions& options, std::size_t cases, double control_round_trip) {
  const std::string what = counted(static_cast<std::int64_t>(cases), "case");
  if (options.time <= 0) {
    return fmt::format("{} x {}, about {}", what, counted(options.rounds, "round"),
                       format_duration(planned_seconds(options, cases, control_round_trip)));
  }
  return fmt::format("{}, until every row is within {:.3g}% or {} are over", what,
                     100 * options.precision, format_duration(options.time));
}

void require_first_stage(const RunOptions& options, const std::vector<CaseResult>& cases,
                         double control_round_trip) {
  if (options.time <= 0) return;
  double needed = 0;
  for (const Group& group : groups_of(cases)) {
    RunOptions stage = options;
    stage.rounds = first_stage(group.size());
    needed += planned_seconds(stage, group.size(), control_round_trip);
  }
  if (needed <= options.time) return;
  throw UsageError(
      fmt::format("--time: {} s is too short for a first stage of {} in all {}; give it at least "
                  "{:.0f} s, or measure less (--paths, --chunks, --modes)",
                  options.time, counted(kFirstStage, "round"), counted(std::ssize(cases), "case"),
                  std::ceil(needed)));
}

double measured_share(const Result& result) {
  double measured = 0;
  for (const CaseResult& one : result.cases) {
    for (const Sample& sample : one.samples) measured += sample.seconds + sample.warmup_seconds;
  }
  return result.rounds_seconds > 0 ? measured / result.rounds_seconds : 0;
}

}  // namespace splicebench
