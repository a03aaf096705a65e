#pragma once

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
  explicit EnginePool(Mode mode) : mode_(std::move(mode)) {}

  /// What its engines can do.
  const EngineInfo& info() const { return *mode_.engine; }

  /// An engine for this pair. Throws as Engine::prepare.
  std::unique_ptr<Engine> lend(int source, int sink);

  /// Takes back one that holds nothing. One that failed must not come back: what is left in it
  /// would reach another connection.
  void give_back(std::unique_ptr<Engine> engine);

  /// Ends those that are not lent: their memory and pipes go back to the system.
  void clear() { idle_.clear(); }
  bool is_empty() const { return idle_.empty(); }

 private:
  Mode mode_;
  std::vector<std::unique_ptr<Engine>> idle_;  ///< the warmest last
};

}  // namespace splicebench
