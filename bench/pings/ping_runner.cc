#include "bench/pings/ping_runner.h"

#include <algorithm>
#include <cmath>

namespace splicebench {

namespace {

/// Not counted, of each block: caches, TCP's windows, the scheduler's idea of the processes.
constexpr std::int64_t kWarmup = 100;
/// By a schedule no more of them than it has in this time, seconds.
constexpr double kScheduledWarmup = 0.25;
/// Until interrupted: round trips of a first block, before it is known how long one takes, and how
/// long a round is meant to take.
constexpr std::int64_t kFirstBlock = 200;
constexpr double kRoundSeconds = 1;

/// Most round trips of a block that are not counted; by a schedule they take their time, too.
std::int64_t warmup_of(const PingOptions& options) {
  if (options.rate == 0) return kWarmup;
  return std::clamp<std::int64_t>(std::llround(options.rate * kScheduledWarmup), 1, kWarmup);
}

/// Round trips of block `round` when `count` are spread over `rounds`.
std::int64_t block_count(std::int64_t count, std::int64_t rounds, std::int64_t round) {
  return count * (round + 1) / rounds - count * round / rounds;
}

}  // namespace

PingRunner::PingRunner(Result& result, TakeBlock take, Progress& progress,
                       std::function<double()> now, std::function<void(std::int64_t)> after_round)
    : result_(result),
      take_(std::move(take)),
      progress_(progress),
      now_(std::move(now)),
      after_round_(std::move(after_round)),
      groups_(groups_of(result.ping->cases)) {}

void PingRunner::run() {
  began_ = now_();
  const std::vector<PingCase>& cases = result_.ping->cases;
  const bool endless = result_.ping->options.count == 0;
  if (!endless) {
    progress_.begin("measuring", static_cast<std::int64_t>(cases.size()) * result_.options.rounds);
  }
  for (std::int64_t round = 0; goes_on(round); ++round) {
    for (const std::size_t index : round_order(groups_, result_.options.seed, round)) {
      if (!endless) progress_.step(round, result_.options.rounds, cases[index].id);
      take(round, index);
    }
    result_.wall_seconds = result_.rounds_seconds = now_() - began_;
    if (endless) result_.options.rounds = round + 1;
    result_.complete = !endless && round + 1 == result_.options.rounds;
    after_round_(round + 1);
  }
  progress_.end();
}

bool PingRunner::goes_on(std::int64_t round) const {
  return result_.ping->options.count == 0 || round < result_.options.rounds;
}

std::int64_t PingRunner::count_of(std::int64_t round, const PingCase& one) const {
  const PingOptions& options = result_.ping->options;
  if (options.count > 0) return block_count(options.count, result_.options.rounds, round);
  const double share = kRoundSeconds / static_cast<double>(result_.ping->cases.size());
  if (options.rate > 0) return std::max<std::int64_t>(1, std::llround(options.rate * share));
  const std::vector<PingBlock>& blocks = one.blocks;
  if (blocks.empty() || !blocks.back().error.empty()) return kFirstBlock;
  const double left = share - blocks.back().overhead_seconds;
  const double each = blocks.back().seconds / static_cast<double>(blocks.back().round_trips());
  return std::max<std::int64_t>(kFirstBlock, std::llround(left / each));
}

void PingRunner::take(std::int64_t round, std::size_t index) {
  PingCase& one = result_.ping->cases[index];
  const std::int64_t count = count_of(round, one);
  BlockResult taken = take_(index, count, std::min(count, warmup_of(result_.ping->options)));
  if (!taken.granted.empty()) one.granted = got_by_name(taken.granted);
  if (!taken.relay_congestion.empty()) one.relay_congestion = taken.relay_congestion;
  taken.block.round = round;
  taken.block.sequence = sequence_++;
  taken.block.start = std::max(0.0, taken.block.start - began_);
  if (!taken.block.error.empty()) ++failures_;
  one.blocks.push_back(std::move(taken.block));
}

}  // namespace splicebench
