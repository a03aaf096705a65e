#pragma once

// The rounds of a ping. It knows nothing of processes: a function takes the blocks.

#include <functional>
#include <vector>

#include "harness/ping/ping_block.h"
#include "harness/sample/progress.h"
#include "harness/sample/schedule/schedule.h"
#include "results/model/model.h"

namespace splicebench {

/// Takes a block of the case at `index`: `count` round trips after `warmup` that are not counted.
/// May throw Interrupted.
using TakeBlock =
    std::function<BlockResult(std::size_t index, std::int64_t count, std::int64_t warmup)>;

class PingRunner {
 public:
  /// Fills the blocks of result.ping, which holds options and cases. `now`: seconds of the clock of
  /// a block's start. `after_round` gets the number of rounds that are whole.
  PingRunner(Result& result, TakeBlock take, Progress& progress, std::function<double()> now,
             std::function<void(std::int64_t)> after_round);

  /// Throws Interrupted; what was measured up to then is in the result.
  void run();

  /// Blocks that ended in an error.
  std::int64_t failures() const { return failures_; }

 private:
  bool goes_on(std::int64_t round) const;
  std::int64_t count_of(std::int64_t round, const PingCase& one) const;
  void take(std::int64_t round, std::size_t index);

  Result& result_;
  TakeBlock take_;
  Progress& progress_;
  std::function<double()> now_;
  std::function<void(std::int64_t)> after_round_;
  std::vector<Group> groups_;
  std::int64_t sequence_ = 0;
  std::int64_t failures_ = 0;
  double began_ = 0;
};

}  // namespace splicebench
