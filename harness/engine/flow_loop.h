#pragma once

// What moves the bytes of many flows in one thread.

#include <cstddef>
#include <cstdint>
#include <deque>
#include <exception>
#include <vector>

#include "harness/engine/engine_pool.h"
#include "harness/engine/flow_events.h"
#include "harness/system/threads/stop_sign.h"
#include "harness/wire/flow_tally.h"

namespace splicebench {

/// What becomes of the other flows when one has failed, or its source has ended before its bytes.
enum class WhenOneEnds {
  all_end,       ///< of all loops with the same stop sign: a sample is spoilt
  others_go_on,  ///< as in a relay
};

struct LoopSetting {
  StopSign* stop = nullptr;
  FlowTally* tally = nullptr;  ///< counts what is delivered; null: nobody needs it
  WhenOneEnds when_one_ends = WhenOneEnds::all_end;
};

/// An epoll set, and engines that are lent to flows while these have bytes to move, as a relay of
/// many connections does it. Flows that were added are known by their place, from 0.
class FlowLoop {
 public:
  /// What `setting` points to must outlive it. Throws std::system_error.
  FlowLoop(Mode mode, const LoopSetting& setting);
  FlowLoop(const FlowLoop&) = delete;
  FlowLoop& operator=(const FlowLoop&) = delete;

  /// `flow`: its number in the tally. The descriptors are non-blocking and stay the caller's; a
  /// sink may be a file: what is no socket is ready at any time. Makes its engine, if that must
  /// have both ends early. Throws std::system_error.
  void add(std::size_t flow, int source, int sink);
  /// Outside of the clock, when all are added: what is needed in any case. Throws likewise.
  void get_ready();

  /// Moves `each` bytes on every flow that has not ended or failed, until all have them, or as the
  /// setting says. The end of a source's stream is passed on. Always by the same thread.
  void run(std::uint64_t each);

  /// Of the last run(): a flow's; all together, ended as the first that ended all.
  Outcome outcome(std::size_t place) const;
  Outcome outcome() const;
  /// What ended the last run() beside; null: nothing.
  std::exception_ptr trouble() const { return trouble_; }

  // So far:
  Calls calls() const;
  /// Most flows that held bytes, or the means to, at once.
  std::int64_t engines() const { return pool_.most_lent(); }
  /// What an engine got.
  const std::vector<Granted>& granted() const { return granted_; }
  /// Bytes of each pipe that was granted; empty where engines have none.
  const std::vector<std::int64_t>& pipes() const { return pipes_; }

 private:
  struct Line;
  struct LineEnd : WatchedEnd {
    Line* line = nullptr;
  };
  struct Line {
    Line(std::size_t number, int source, int sink, EnginePool& pool);

    std::size_t number;
    LineEnd from;
    LineEnd to;
    LineEnd engine;
    Flow flow;
    Moved before;  ///< the present run
    bool queued = false;
    bool done = false;  ///< with this run
    bool over = false;  ///< it has ended or failed for good
  };

  StopSign& stop() const { return *setting_.stop; }
  void serve_all(std::uint64_t each);
  void observe(Line& line);
  void look();
  void settle();
  void enqueue(Line& line);
  void serve(Line& line, std::uint64_t each);
  void count_passed(std::size_t flow, std::uint64_t bytes);
  void finish(Line& line);
  void one_ended(const Outcome& outcome);

  LoopSetting setting_;
  std::vector<Granted> granted_;
  std::vector<std::int64_t> pipes_;
  FlowEvents events_;
  EnginePool pool_;
  std::deque<Line> lines_;
  std::vector<Line*> queue_;    ///< to be served in the next turn
  std::vector<Line*> serving_;  ///< in this one
  std::size_t left_ = 0;        ///< flows that do not have all their bytes
  std::int64_t waits_ = 0;
  Outcome spoilt_;
  std::exception_ptr trouble_;
};

}  // namespace splicebench
