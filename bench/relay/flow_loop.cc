#include "bench/relay/flow_loop.h"

#include <algorithm>
#include <array>
#include <cerrno>

#include "harness/system/sys.h"

namespace splicebench {

namespace {

constexpr std::size_t kEvents = 256;

/// Bytes of a flow before others have their turn: a sample has so few of each that a turn as long
/// as the driver's would serve one flow after the other.
constexpr std::uint64_t kFairTurn = 64 << 10;

}  // namespace

FlowLoop::Line::Line(std::size_t which, int source, int sink, EnginePool& pool)
    : number(which), flow(from, to, pool) {
  from.fd = source;
  to.fd = sink;
  engine.flow = &flow;
  for (LineEnd* const end : {&from, &to, &engine}) end->line = this;
}

FlowLoop::FlowLoop(Mode mode, StopSign& stop, FlowTally* tally)
    : stop_(stop), tally_(tally), pool_(std::move(mode), [this](const Engine& made) {
        if (granted_.empty()) granted_ = made.granted();
        for (const Granted& one : made.granted()) {
          if (one.name == "pipe") pipes_.push_back(one.got);
        }
      }) {
  epoll_event event{};
  event.events = EPOLLIN;
  check(::epoll_ctl(events_.fd(), EPOLL_CTL_ADD, stop_.fd(), &event), "watch", "an eventfd");
}

void FlowLoop::add(std::size_t flow, int source, int sink) {
  Line& line = lines_.emplace_back(flow, source, sink, pool_);
  events_.observe(line.from);
  // A file is never waited for, and epoll refuses it.
  if (!events_.observe_if_possible(line.to)) line.to.writable = true;
  if (!pool_.info().needs_both_early) return;
  line.flow.run(0);
  // Its bytes may pass without the source's ever being readable: it says itself what to wait for.
  line.from.readable = true;
}

void FlowLoop::make_first() {
  if (pool_.info().needs_both_early) return;  // add() has made it
  pool_.give_back(pool_.lend(lines_.front().from.fd, lines_.front().to.fd));
}

void FlowLoop::run(std::uint64_t each) {
  failure_ = {};
  trouble_ = nullptr;
  queue_.clear();
  left_ = lines_.size();
  for (Line& line : lines_) {
    line.before = line.flow.moved();
    line.done = false;
    line.queued = false;
    if (line.from.readable) enqueue(line);
  }
  try {
    while (left_ > 0 && !stop_.is_given()) {
      look();
      serving_.swap(queue_);
      for (Line* const line : serving_) {
        line->queued = false;
        if (!line->done && !stop_.is_given()) serve(*line, each);
      }
      serving_.clear();
    }
  } catch (...) {
    trouble_ = std::current_exception();
    stop_.give();
  }
}

void FlowLoop::look() {
  std::array<epoll_event, kEvents> events;
  ++waits_;
  const int count =
      ::epoll_wait(events_.fd(), events.data(), static_cast<int>(kEvents), queue_.empty() ? -1 : 0);
  if (count < 0 && errno != EINTR) throw_errno("wait for", "events");
  for (int i = 0; i < count; ++i) {
    const epoll_event& event = events[static_cast<std::size_t>(i)];
    if (event.data.ptr == nullptr) continue;  // the stop sign
    enqueue(*static_cast<LineEnd&>(FlowEvents::take(event)).line);
  }
}

void FlowLoop::enqueue(Line& line) {
  if (line.queued) return;
  line.queued = true;
  queue_.push_back(&line);
}

void FlowLoop::serve(Line& line, std::uint64_t each) {
  Flow& flow = line.flow;
  const std::uint64_t out = flow.moved().out;
  const std::uint64_t taken = flow.moved().in - line.before.in;
  const Flow::Turn turn = flow.run(std::min(each - std::min(each, taken), kTurnBytes));
  if (tally_ != nullptr) tally_->passed(line.number, flow.moved().out - out);
  switch (turn) {
    case Flow::Turn::more:
      if (flow.moved().in - line.before.in < each) {
        enqueue(line);
        return;
      }
      flow.rest();
      line.done = true;
      --left_;
      return;
    case Flow::Turn::waiting:
      events_.mute_while_blocked(line.from, flow);
      events_.observe_engine(line.engine);
      return;
    case Flow::Turn::ended:
    case Flow::Turn::failed:
      fail(flow.outcome());
  }
}

void FlowLoop::fail(const Outcome& outcome) {
  failure_ = outcome;
  stop_.give();
}

Outcome FlowLoop::outcome() const {
  Outcome all = failure_;
  all.in = all.out = all.left = 0;
  for (const Line& line : lines_) {
    all.in += line.flow.moved().in - line.before.in;
    all.out += line.flow.moved().out - line.before.out;
    all.left += line.flow.outcome().left;
  }
  return all;
}

Calls FlowLoop::calls() const {
  Calls all;
  for (const Line& line : lines_) all += line.flow.moved().calls;
  all.wait += waits_;
  return all;
}

}  // namespace splicebench
