// The part of the runner that decides how many rounds there are.

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "harness/sample/runner.h"
#include "results/model/metrics.h"
#include "results/stats/paired.h"
#include "results/stats/summary.h"

namespace splicebench {

void Runner::measure_rounds() {
  std::int64_t left = 0;
  for (std::size_t index = 0; index < result_.cases.size(); ++index) {
    const std::int64_t done = static_cast<std::int64_t>(result_.cases[index].samples.size());
    if (!broken_[index]) left += std::max<std::int64_t>(0, result_.options.rounds - done);
  }
  progress_.begin("measuring", left);
  measure_up_to([this](const Group&) { return result_.options.rounds; });
}

void Runner::measure_up_to(const std::function<std::int64_t(const Group&)>& rounds) {
  std::int64_t most = 0;
  for (const Group& group : groups_) most = std::max(most, rounds(group));
  for (std::int64_t round = 0; round < most; ++round) {
    for (const std::size_t index : visit_order(groups_.size(), result_.options.seed, round)) {
      const Group& group = groups_[index];
      const std::int64_t together = visit_rounds(group.size());
      if (round % together != 0) continue;
      measure(round, std::min(round + together, rounds(group)), group);
    }
  }
}

void Runner::measure_by_plan() {
  const double until = began_ + result_.options.time - wall_before_;
  progress_.begin_until("measuring", until);
  // What it comes to; the option is of runs without a time.
  std::int64_t& rounds = result_.options.rounds;
  rounds = 0;
  for (const Group& group : groups_) rounds = std::max(rounds, first_stage(group.size()));
  for (const CaseResult& one : result_.cases) {
    for (const Sample& sample : one.samples) rounds = std::max(rounds, sample.round + 1);
  }
  measure_up_to([](const Group& group) { return first_stage(group.size()); });
  for (;;) {
    const std::vector<PlanRow> rows = plan_rows();
    const std::vector<std::size_t> pass =
        next_pass(rows, result_.options.precision, until - now_());
    if (pass.empty()) return;
    const double precision = result_.options.precision;
    progress_.note(fmt::format("{} of {} rows within {:.3g}%, {} can tell it",
                               rows_there(rows, precision), rows.size(), 100 * precision,
                               rows_telling(rows, precision)));
    // A whole block of each, side by side.
    std::vector<std::int64_t> next;
    std::int64_t most = 0;
    for (const std::size_t group : pass) {
      next.push_back(next_round(groups_[group]));
      most = std::max(most, std::ssize(groups_[group]));
    }
    for (std::int64_t turn = 0; turn < most; ++turn) {
      for (const std::size_t at : visit_order(pass.size(), result_.options.seed, sequence_)) {
        const Group& group = groups_[pass[at]];
        std::int64_t& round = next[at];
        if (turn > 0 && round % std::ssize(group) == 0) continue;
        // A run that was gone on with may begin within a visit.
        const std::int64_t together = visit_rounds(group.size());
        const std::int64_t end = (round / together + 1) * together;
        measure(round, end, group);
        round = end;
      }
    }
  }
}

std::vector<PlanRow> Runner::plan_rows() const {
  std::vector<PlanRow> rows;
  for (const Group& group : groups_) {
    double spent = 0;
    std::int64_t taken = 0;
    Group sound;
    for (const std::size_t index : group) {
      if (broken_[index]) continue;
      bool any = false;
      for (const Sample& sample : result_.cases[index].samples) {
        if (!sample.error.empty()) continue;
        any = true;
        spent += sample.seconds + sample.warmup_seconds + sample.overhead_seconds;
        ++taken;
      }
      if (any) sound.push_back(index);
    }
    PlanRow& row = rows.emplace_back();
    // Where every sample is an error more of them tell nothing.
    if (sound.empty()) continue;
    const Resolution known = resolution_of(sound);
    row.width = known.half_width;
    row.told = known.told;
    const double modes = static_cast<double>(group.size());
    row.seconds = spent / static_cast<double>(taken) * modes * modes;
    row.rounds = next_round(group);
    row.block = std::ssize(group);
  }
  return rows;
}

Resolution Runner::resolution_of(const Group& group) const {
  constexpr double kNone = std::numeric_limits<double>::infinity();
  if (group.size() == 1) {
    const Summary one = summarise(values_of(result_.cases[group.front()], "B/s"));
    return {std::max(one.high / one.centre - 1, 1 - one.low / one.centre), 0};
  }
  std::size_t baseline = group.front();
  for (const std::size_t index : group) {
    if (result_.cases[index].id.mode == baseline_mode(result_)) baseline = index;
  }
  Resolution worst;
  for (const std::size_t index : group) {
    if (index == baseline) continue;
    const Resolution one = limits_.resolution(result_.cases[baseline], result_.cases[index])
                               .value_or(Resolution{kNone, kNone});
    worst.half_width = std::max(worst.half_width, one.half_width);
    worst.told = std::max(worst.told, one.told);
  }
  return worst;
}

std::int64_t Runner::next_round(const Group& group) const {
  for (std::int64_t round = 0;; ++round) {
    const bool whole = std::all_of(group.begin(), group.end(), [&](std::size_t index) {
      return broken_[index] || has_round(result_.cases[index], round);
    });
    if (!whole) return round;
  }
}

}  // namespace splicebench
