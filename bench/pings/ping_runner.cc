#include "bench/pings/ping_runner.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "harness/system/process.h"
#include "results/text/size.h"

namespace splicebench {

namespace {

/// Not counted, of each block: caches, TCP's windows, the scheduler's idea of the processes.
constexpr std::int64_t kWarmup = 100;
/// Until interrupted: round trips of a first block, before it is known how long one takes, and how
/// long a round is meant to take.
constexpr std::int64_t kFirstBlock = 200;
constexpr double kRoundSeconds = 1;

}  // namespace

std::int64_t block_count(std::int64_t count, std::int64_t rounds, std::int64_t round) {
  return count * (round + 1) / rounds - count * round / rounds;
}

PingRunner::PingRunner(Result& result, std::vector<PingPlan> plans, PingPrograms programs,
                       Progress& progress, std::function<void(std::int64_t)> after_round)
    : result_(result),
      plans_(std::move(plans)),
      programs_(std::move(programs)),
      progress_(progress),
      after_round_(std::move(after_round)) {
  std::map<std::int64_t, Group> by_size;
  for (std::size_t index = 0; index < plans_.size(); ++index)
    by_size[plans_[index].size].push_back(index);
  for (auto& [size, group] : by_size) groups_.push_back(std::move(group));
}

void PingRunner::run() {
  began_ = monotonic_seconds();
  const bool endless = result_.ping->options.count == 0;
  if (!endless) {
    progress_.begin("measuring", static_cast<std::int64_t>(plans_.size()) * result_.options.rounds);
  }
  for (std::int64_t round = 0; goes_on(round); ++round) {
    for (const std::size_t index : round_order(groups_, result_.options.seed, round)) {
      if (!endless) {
        progress_.step(fmt::format("round {}/{} {} {}", round + 1, result_.options.rounds,
                                   format_size(plans_[index].size),
                                   result_.ping->cases[index].id.mode));
      }
      take(round, index);
    }
    result_.wall_seconds = result_.rounds_seconds = monotonic_seconds() - began_;
    if (endless) result_.options.rounds = round + 1;
    result_.complete = !endless && round + 1 == result_.options.rounds;
    after_round_(round + 1);
  }
  progress_.end();
}

bool PingRunner::goes_on(std::int64_t round) const {
  return result_.ping->options.count == 0 || round < result_.options.rounds;
}

std::int64_t PingRunner::count_of(std::int64_t round, std::size_t index) const {
  const PingOptions& options = result_.ping->options;
  if (options.count > 0) return block_count(options.count, result_.options.rounds, round);
  const double share = kRoundSeconds / static_cast<double>(plans_.size());
  if (options.rate > 0) return std::max<std::int64_t>(1, std::llround(options.rate * share));
  const std::vector<PingBlock>& blocks = result_.ping->cases[index].blocks;
  if (blocks.empty() || !blocks.back().error.empty()) return kFirstBlock;
  const double left = share - blocks.back().overhead_seconds;
  const double each = blocks.back().seconds / static_cast<double>(blocks.back().round_trips());
  return std::max<std::int64_t>(kFirstBlock, std::llround(left / each));
}

void PingRunner::take(std::int64_t round, std::size_t index) {
  PingPlan plan = plans_[index];
  plan.count = count_of(round, index);
  plan.warmup = std::min(kWarmup, plan.count);
  BlockResult taken = take_block(plan, programs_);
  PingCase& one = result_.ping->cases[index];
  if (!taken.granted.empty()) one.granted = got_by_name(taken.granted);
  taken.block.round = round;
  taken.block.sequence = sequence_++;
  taken.block.start = std::max(0.0, taken.block.start - began_);
  if (!taken.block.error.empty()) ++failures_;
  one.blocks.push_back(std::move(taken.block));
}

}  // namespace splicebench
