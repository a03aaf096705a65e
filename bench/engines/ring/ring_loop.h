#pragma once

#include <deque>
#include <vector>

#include "bench/engines/ring/buffer_ring.h"
#include "bench/engines/ring/ring.h"
#include "harness/engine/flow_loop.h"

namespace splicebench {

/// Many flows through one io_uring: a receive at a time for each, into the next of some buffers
/// that all share, then a send of it. A flow has a buffer only while it holds bytes; as many as are
/// provided may be filled before some are sent, and those that find none wait for their turn. So
/// what is touched is little, however many flows there are, unless their sinks take nothing.
///
/// Not a receive that goes on (multishot), as one flow has: of that nobody can say how many bytes
/// it takes.
class RingLoop : public FlowLoop {
 public:
  /// `provided`: buffers, of `size` bytes each, that wait to be filled.
  RingLoop(const LoopSetting& setting, unsigned provided, std::size_t size);

  /// Errno of making the ring; 0: it is there, and only then anything else may be called.
  int open();

  void add(std::size_t flow, int source, int sink) override;
  void get_ready() override {}

  Outcome outcome(std::size_t place) const override { return lines_[place].outcome; }
  using FlowLoop::outcome;
  Calls calls() const override { return calls_; }
  std::int64_t engines() const override { return most_held_; }

 private:
  enum class Doing { nothing, receiving, sending };
  struct Line {
    std::size_t number = 0;
    int source = -1;
    int sink = -1;
    Doing doing = Doing::nothing;
    unsigned buffer = 0;  ///< that holds its bytes from `begin` to `end`, where there are some
    std::size_t begin = 0;
    std::size_t end = 0;
    bool done = false;
    bool over = false;  ///< it has ended or failed for good
    Outcome outcome;    ///< of this run
  };

  void serve_all(std::uint64_t each) override;
  std::size_t flows() const override { return lines_.size(); }
  void begin(std::uint64_t each);
  void watch_stop();
  void receive_next();
  void receive(std::size_t place);
  void send(std::size_t place);
  void make_room();
  int enter(bool wait);
  void take_completions();
  void received(std::size_t place, const io_uring_cqe& completion);
  void sent(std::size_t place, int result);
  void go_on(std::size_t place);
  void finish(Line& line, Ended ended, Side side = Side::none, int error = 0);
  void let_go(Line& line);
  void fail_all(int error);
  void hush();

  unsigned provided_;
  std::uint64_t each_ = 0;
  BufferRing buffers_;
  Ring ring_;
  std::vector<Line> lines_;
  std::deque<std::size_t> waiting_;  ///< for a buffer to receive into, by place
  std::size_t left_ = 0;             ///< flows that do not have all their bytes
  std::size_t requests_ = 0;         ///< of flows, that are not complete
  std::int64_t held_ = 0;
  std::int64_t most_held_ = 0;
  int refusals_ = 0;  ///< of the ring, in a row
  bool is_enabled_ = false;
  bool is_over_ = false;  ///< nothing more is asked of the ring in this run
  bool watches_stop_ = false;
  Calls calls_;
};

}  // namespace splicebench
