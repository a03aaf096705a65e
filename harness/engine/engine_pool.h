#pragma once

#include <algorithm>
#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

#include "harness/engine/engine.h"
#include "harness/engine/engine_host.h"

namespace splicebench {

/// Engines of one mode, lent to the directions of many connections while these have bytes to move.
/// So an idle connection holds neither a buffer nor a pipe (whose pages count against
/// fs.pipe-user-pages-soft), and a busy relay uses the same few again and again, warm in the cache.
/// Where they have a host, each has its engine from begin to end. For one thread.
class EnginePool {
 public:
  /// `made` hears of each engine that is made, before it is lent.
  explicit EnginePool(Mode mode, std::function<void(const Engine& made)> made = {})
      : mode_(std::move(mode)), made_(std::move(made)) {}

  /// They are lent before bytes wait, and not given back when none do.
  bool lends_early() const { return has_host() || mode_.engine->needs_both_early; }
  /// Null: the engines have none.
  EngineHost* host() const { return host_.get(); }

  /// An engine for this pair. Throws as Engine::prepare.
  std::unique_ptr<Engine> lend(int source, int sink);

  /// Takes back one that holds nothing.
  void give_back(std::unique_ptr<Engine> engine);
  /// One that failed does not come back: what is left in it would reach another connection.
  void forget() { --lent_; }

  /// Most that held bytes, or the means to, at once so far.
  std::int64_t most_lent() const { return host_ ? host_->most_holding() : most_lent_; }

  /// Ends those that are not lent: their memory and pipes go back to the system.
  void clear();
  /// There are some.
  bool has_idle() const { return !idle_.empty() || (host_ && lent_ == 0); }

 private:
  bool has_host() const { return static_cast<bool>(mode_.engine->make_host) && !is_without_host_; }
  std::unique_ptr<Engine> make();
  void trim();
  void count_lent() { most_lent_ = std::max(most_lent_, ++lent_); }

  Mode mode_;
  std::function<void(const Engine&)> made_;
  std::unique_ptr<EngineHost> host_;  ///< while there are engines
  bool is_without_host_ = false;      ///< it could not be had
  std::int64_t lent_ = 0;
  std::int64_t most_lent_ = 0;
  std::vector<std::unique_ptr<Engine>> idle_;  ///< the warmest last
  std::size_t never_lent_ = 0;                 ///< of them, the first, since trim()
  int lendings_ = 0;                           ///< since then
};

}  // namespace splicebench
