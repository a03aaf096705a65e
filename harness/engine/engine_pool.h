#pragma once

#include <algorithm>
#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

#include "harness/engine/engine.h"

namespace splicebench {

/// Engines of one mode, lent to the directions of many connections while these have bytes to move.
/// So an idle connection holds neither a buffer nor a pipe (whose pages count against
/// fs.pipe-user-pages-soft), and a busy relay uses the same few again and again, warm in the cache.
/// For one thread.
class EnginePool {
 public:
  /// `made` hears of each engine that is made, before it is lent.
  explicit EnginePool(Mode mode, std::function<void(const Engine& made)> made = {})
      : mode_(std::move(mode)), made_(std::move(made)) {}

  /// What its engines can do.
  const EngineInfo& info() const { return *mode_.engine; }

  /// An engine for this pair. Throws as Engine::prepare.
  std::unique_ptr<Engine> lend(int source, int sink);

  /// Takes back one that holds nothing.
  void give_back(std::unique_ptr<Engine> engine);
  /// One that failed does not come back: what is left in it would reach another connection.
  void forget() { --lent_; }

  /// Most that were lent at once so far.
  std::int64_t most_lent() const { return most_lent_; }

  /// Ends those that are not lent: their memory and pipes go back to the system.
  void clear() { idle_.clear(); }
  bool is_empty() const { return idle_.empty(); }

 private:
  void count_lent() { most_lent_ = std::max(most_lent_, ++lent_); }

  Mode mode_;
  std::function<void(const Engine&)> made_;
  std::int64_t lent_ = 0;
  std::int64_t most_lent_ = 0;
  std::vector<std::unique_ptr<Engine>> idle_;  ///< the warmest last
};

}  // namespace splicebench
