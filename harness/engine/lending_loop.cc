#include "harness/engine/lending_loop.h"

#include <algorithm>
#include <array>
#include <cerrno>

#include "harness/system/sys.h"

namespace splicebench {

namespace {

constexpr std::size_t kEvents = 256;

}  // namespace

LendingLoop::Line::Line(std::size_t which, int source, int sink, EnginePool& pool)
    : number(which), flow(from, to, pool) {
  from.fd = source;
  to.fd = sink;
  engine.flow = &flow;
  for (LineEnd* const end : {&from, &to, &engine}) end->line = this;
}

LendingLoop::LendingLoop(Mode mode, const LoopSetting& setting)
    : FlowLoop(setting), pool_(std::move(mode), [this](const Engine& made) {
        if (granted_.empty()) granted_ = made.granted();
        for (const Granted& one : made.granted()) {
          if (one.name == "pipe") pipes_.push_back(one.got);
        }
      }) {
  epoll_event event{};
  event.events = EPOLLIN;
  check(::epoll_ctl(events_.fd(), EPOLL_CTL_ADD, stop().fd(), &event), "watch", "an eventfd");
}

void LendingLoop::add(std::size_t flow, int source, int sink) {
  Line& line = lines_.emplace_back(flow, source, sink, pool_);
  events_.observe(line.from);
  // A file is never waited for, and epoll refuses it.
  if (!events_.observe_if_possible(line.to)) line.to.writable = true;
  if (!pool_.info().needs_both_early) return;
  line.flow.run(0);
  // Its bytes may pass without the source's ever being readable: it says itself what to wait for.
  line.from.readable = true;
}

void LendingLoop::get_ready() {
  if (pool_.info().needs_both_early) return;  // add() has made it
  pool_.give_back(pool_.lend(lines_.front().from.fd, lines_.front().to.fd));
}

void LendingLoop::serve_all(std::uint64_t each) {
  queue_.clear();
  left_ = 0;
  for (Line& line : lines_) {
    line.before = line.flow.moved();
    line.queued = false;
    line.done = line.over;
    if (line.done) continue;
    ++left_;
    if (line.from.readable) enqueue(line);
  }
  while (left_ > 0 && !stop().is_given()) {
    look();
    serving_.swap(queue_);
    for (Line* const line : serving_) {
      line->queued = false;
      if (!line->done && !stop().is_given()) serve(*line, each);
    }
    serving_.clear();
  }
}

void LendingLoop::look() {
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

void LendingLoop::enqueue(Line& line) {
  if (line.queued) return;
  line.queued = true;
  queue_.push_back(&line);
}

void LendingLoop::serve(Line& line, std::uint64_t each) {
  Flow& flow = line.flow;
  const std::uint64_t out = flow.moved().out;
  const std::uint64_t taken = flow.moved().in - line.before.in;
  const Flow::Turn turn = flow.run(std::min(each - std::min(each, taken), kTurnBytes));
  count_passed(line.number, flow.moved().out - out);
  switch (turn) {
    case Flow::Turn::more:
      if (flow.moved().in - line.before.in < each) {
        enqueue(line);
        return;
      }
      flow.rest();
      finish(line);
      return;
    case Flow::Turn::waiting:
      events_.mute_while_blocked(line.from, flow);
      events_.observe_engine(line.engine);
      return;
    case Flow::Turn::ended:
    case Flow::Turn::failed:
      line.over = true;
      finish(line);
      one_ended(flow.outcome());
  }
}

void LendingLoop::finish(Line& line) {
  line.done = true;
  --left_;
}

Outcome LendingLoop::outcome(std::size_t place) const {
  const Line& line = lines_[place];
  Outcome outcome = line.flow.outcome();
  outcome.in = line.flow.moved().in - line.before.in;
  outcome.out = line.flow.moved().out - line.before.out;
  return outcome;
}

Calls LendingLoop::calls() const {
  Calls all;
  for (const Line& line : lines_) all += line.flow.moved().calls;
  all.wait += waits_;
  return all;
}

}  // namespace splicebench
