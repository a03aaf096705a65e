#pragma once

// The driver: the one place that runs engines. A flow is one direction of bytes; drive() takes one
// to its end, drive_both_ways() two, and an event loop of many (bench/proxy) gives each a turn when
// its events have come. Only here is it known what would_block means, how often urgent data is
// tried, when a half-close is passed on, and what counts as a wait.

#include <cstdint>
#include <memory>

#include "harness/engine/engine.h"
#include "harness/engine/engine_pool.h"

namespace splicebench {

inline constexpr std::uint64_t kNoLimit = ~std::uint64_t{0};

/// Bytes a flow moves before others have their turn: some hundred microseconds, and what a buffer
/// of the second-level cache takes.
inline constexpr std::uint64_t kTurnBytes = 1 << 20;

/// A descriptor that flows begin or end at, and what is known of it and no call has contradicted
/// since.
struct FlowEnd {
  int fd = -1;  ///< the caller's
  bool readable = false;
  bool writable = false;
  bool urgent = false;  ///< MSG_OOB is pending: where events come once, EAGAIN does not mean empty
  int error = 0;        ///< errno of the socket, taken from it; what can be read comes first

  /// Takes over the events of an edge-triggered epoll_wait(2).
  void note(std::uint32_t events);
  /// `error`, asked of the socket where it is not known yet.
  int take_error();
};

/// Bytes and calls of a flow.
struct Moved {
  std::uint64_t in = 0;
  std::uint64_t out = 0;
  Calls calls;
};

/// One direction. Allocates nothing but engines.
class Flow {
 public:
  enum class Turn {
    waiting,  ///< for what awaited() says
    more,     ///< as many bytes as the turn may take were taken; there may be more
    ended,    ///< the source ended and all is delivered; from then on always
    failed,   ///< outcome() says how
  };

  /// Of an engine that was prepared on these ends. All must outlive it.
  Flow(FlowEnd& from, FlowEnd& to, Engine& engine) : from_(from), to_(to), engine_(&engine) {}
  /// Of engines borrowed while there are bytes to move, or from the first turn on where they need
  /// both ends early. Passes the end of the stream on. All must outlive it.
  Flow(FlowEnd& from, FlowEnd& to, EnginePool& pool)
      : from_(from), to_(to), pool_(&pool), passes_end_(true) {}
  Flow(const Flow&) = delete;
  Flow& operator=(const Flow&) = delete;

  /// At the end of the stream half-closes the sink.
  void pass_end_on() { passes_end_ = true; }

  /// Moves what can be moved without waiting, at most `most` bytes. Throws as EnginePool::lend.
  Turn run(std::uint64_t most);

  /// What must happen before run() can do more, after Turn::waiting.
  Awaited awaited() const;
  /// It is neither end that is waited for, but a descriptor of the engine's own.
  bool awaits_engine() const;
  /// Of an engine with a host: that names `whom` when it has happened. False: poll.
  bool tell(void* whom) { return engine_ != nullptr && engine_->tell(whom); }
  /// It has happened.
  void wake();
  /// Until it has happened, by poll(2) or as the engine can; counted as a wait of the engine's. Of
  /// a flow with an engine of its own.
  void wait();
  /// Whether it hears of bytes by the host of its engine, and not by its ends.
  bool has_host() const { return pool_ != nullptr && pool_->host() != nullptr; }
  /// Bytes that one of many flows is to move in a turn. A host takes turns itself.
  std::uint64_t turn() const { return has_host() ? kNoLimit : kTurnBytes; }
  /// What the requests of an engine have done since it was asked last counts.
  void take_account();

  /// Of all turns together: how the last ended, bytes in all, bytes left.
  const Outcome& outcome() const { return outcome_; }
  const Moved& moved() const { return moved_; }
  bool has_ended() const { return ended_; }
  /// It holds bytes that the sink does not take now.
  bool is_blocked() const { return outcome_.left > 0 && !to_.writable; }

 private:
  Turn transfer(std::uint64_t most);
  Turn blocked();
  Outcome ask(std::uint64_t most);
  Turn fail(Side side, int error);
  bool can_go_on() const;
  void borrow();
  void give_back();
  void rest();

  FlowEnd& from_;
  FlowEnd& to_;
  Engine* engine_ = nullptr;
  EnginePool* pool_ = nullptr;
  std::unique_ptr<Engine> borrowed_;  ///< what engine_ is, of a pool
  Outcome outcome_;
  Moved moved_;
  bool passes_end_ = false;
  bool engine_ready_ = false;  ///< what is awaited of the engine's own has happened
  bool ended_ = false;
  int urgent_tries_ = 0;
};

/// Takes bytes from `source` to `sink`, on which `engine` was prepared, until `limit` are
/// delivered, the source ends, or an error; waits with poll(2) in between. `turn`: bytes per call
/// of the engine. Returns what all calls did together. Allocates nothing.
Outcome drive(Engine& engine, int source, int sink, std::uint64_t limit,
              std::uint64_t turn = kNoLimit);

/// Both directions until both have ended. False when one failed.
bool drive_both_ways(Flow& up, Flow& down);

}  // namespace splicebench
