#pragma once

#include <deque>
#include <vector>

#include "harness/engine/engine_pool.h"
#include "harness/engine/flow_events.h"
#include "harness/engine/flow_loop.h"

namespace splicebench {

/// An epoll set, and engines that are lent to flows while these have bytes to move, as a relay of
/// many connections does it.
class LendingLoop : public FlowLoop {
 public:
  LendingLoop(Mode mode, const LoopSetting& setting);

  /// An end that is no socket is ready at any time. Makes its engine, if that must have both ends
  /// early.
  void add(std::size_t flow, int source, int sink) override;
  void get_ready() override;

  Outcome outcome(std::size_t place) const override;
  using FlowLoop::outcome;
  Calls calls() const override;
  std::int64_t engines() const override { return pool_.most_lent(); }

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

  void serve_all(std::uint64_t each) override;
  std::size_t flows() const override { return lines_.size(); }
  void look();
  void enqueue(Line& line);
  void serve(Line& line, std::uint64_t each);
  void finish(Line& line);

  FlowEvents events_;
  EnginePool pool_;
  std::deque<Line> lines_;
  std::vector<Line*> queue_;    ///< to be served in the next turn
  std::vector<Line*> serving_;  ///< in this one
  std::size_t left_ = 0;        ///< flows that do not have all their bytes
  std::int64_t waits_ = 0;
};

}  // namespace splicebench
