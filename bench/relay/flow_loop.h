#pragma once

#include <deque>
#include <exception>
#include <memory>
#include <vector>

#include "harness/engine/engine_pool.h"
#include "harness/engine/flow_events.h"
#include "harness/system/threads/stop_sign.h"
#include "harness/wire/flow_tally.h"

namespace splicebench {

/// The flows of one thread in a sample of many.
class FlowLoop {
 public:
  /// `tally`: counts what is delivered; null: nobody needs it. Both must outlive it.
  FlowLoop(Mode mode, StopSign& stop, FlowTally* tally);
  FlowLoop(const FlowLoop&) = delete;
  FlowLoop& operator=(const FlowLoop&) = delete;

  /// `flow`: its number in the tally. An end that is no socket is ready at any time. Makes its
  /// engine, if that must have both ends early. Throws std::system_error.
  void add(std::size_t flow, int source, int sink);
  /// Makes the first engine, to be lent, outside of the clock.
  void make_first();
  /// What it got.
  const std::vector<Granted>& granted() const { return granted_; }

  /// Moves `each` bytes on every flow, until all have them, one fails, or another loop gives the
  /// stop sign.
  void run(std::uint64_t each);

  /// What the last run() did; how it ended, of the flow that failed.
  Outcome outcome() const;
  /// What ended the last run() beside; null: nothing.
  std::exception_ptr trouble() const { return trouble_; }
  Calls calls() const;
  /// Most that were lent at once so far.
  std::int64_t engines() const { return pool_.most_lent(); }
  /// Bytes of each pipe that was granted so far; empty where engines have none.
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
    bool done = false;
  };

  void look();
  void enqueue(Line& line);
  void serve(Line& line, std::uint64_t each);
  void fail(const Outcome& outcome);

  StopSign& stop_;
  FlowTally* tally_;
  FlowEvents events_;
  std::vector<Granted> granted_;
  std::vector<std::int64_t> pipes_;
  EnginePool pool_;
  std::deque<Line> lines_;
  std::vector<Line*> queue_;    ///< to be served in the next turn
  std::vector<Line*> serving_;  ///< in this one
  std::size_t left_ = 0;        ///< flows that do not have all their bytes
  std::int64_t waits_ = 0;
  Outcome failure_;
  std::exception_ptr trouble_;
};

}  // namespace splicebench
