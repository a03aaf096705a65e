#pragma once

// The rounds of a ping.

#include <functional>
#include <vector>

#include "bench/pings/ping_cases.h"
#include "harness/sample/progress.h"
#include "harness/sample/schedule.h"

namespace splicebench {

class PingRunner {
 public:
  /// Fills the blocks of result.ping, whose cases are those of `jobs`. `after_round` gets the
  /// number of rounds that are whole.
  PingRunner(Result& result, std::vector<PingPlan> plans, PingPrograms programs, Progress& progress,
             std::function<void(std::int64_t)> after_round);

  /// Throws Interrupted; what was measured up to then is in the result.
  void run();

  /// Blocks that ended in an error.
  std::int64_t failures() const { return failures_; }

 private:
  bool goes_on(std::int64_t round) const;
  std::int64_t count_of(std::int64_t round, std::size_t index) const;
  void take(std::int64_t round, std::size_t index);

  Result& result_;
  std::vector<PingPlan> plans_;
  PingPrograms programs_;
  Progress& progress_;
  std::function<void(std::int64_t)> after_round_;
  std::vector<Group> groups_;
  std::int64_t sequence_ = 0;
  std::int64_t failures_ = 0;
  double began_ = 0;
};

/// Round trips of block `round` when `count` are spread over `rounds`.
std::int64_t block_count(std::int64_t count, std::int64_t rounds, std::int64_t round);

}  // namespace splicebench
