#include "harness/engine/flow_loop.h"

#include <algorithm>

#include "harness/system/sys.h"

namespace splicebench {

FlowLoop::Line::Line(std::size_t which, int source, int sink, EnginePool& pool)
    : number(which), flow(from, to, pool) {
  from.fd = source;
  to.fd = sink;
  engine.flow = &flow;
  for (LineEnd* const end : {&from, &to, &engine}) end->line = this;
}

FlowLoop::FlowLoop(Mode mode, const LoopSetting& setting)
    : setting_(setting), pool_(std::move(mode), [this](const Engine& made) {
        if (granted_.empty()) granted_ = made.granted();
        for (const Granted& one : made.granted()) {
          if (one.name == "pipe") pipes_.push_back(one.got);
        }
      }) {
  epoll_event event{};
  event.events = EPOLLIN;
  check(::epoll_ctl(events_.fd(), EPOLL_CTL_ADD, stop().fd(), &event), "watch", "an eventfd");
}

void FlowLoop::add(std::size_t flow, int source, int sink) {
  Line& line = lines_.emplace_back(flow, source, sink, pool_);
  if (!pool_.lends_early()) return observe(line);
  line.flow.run(0);
  if (pool_.host() == nullptr) observe(line);
  // Its bytes may pass without the source's ever being readable: it says itself what to wait for.
  line.from.readable = true;
}

void FlowLoop::observe(Line& line) {
  events_.observe(line.from);
  // A file is never waited for, and epoll refuses it.
  if (!events_.observe_if_possible(line.to)) line.to.writable = true;
}

void FlowLoop::get_ready() {
  if (pool_.lends_early()) return;  // add() has made it
  pool_.give_back(pool_.lend(lines_.front().from.fd, lines_.front().to.fd));
}

void FlowLoop::run(std::uint64_t each) {
  spoilt_ = {};
  trouble_ = nullptr;
  try {
    serve_all(each);
  } catch (...) {
    trouble_ = std::current_exception();
    stop().give();
  }
}

void FlowLoop::serve_all(std::uint64_t each) {
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
  if (left_ > 0 && pool_.host() != nullptr) settle();
}

/// Nothing more is to pass, and what passed counts.
void FlowLoop::settle() {
  pool_.host()->hush();
  for (Line& line : lines_) {
    const std::uint64_t out = line.flow.moved().out;
    if (!line.done) line.flow.take_account();
    count_passed(line.number, line.flow.moved().out - out);
  }
}

void FlowLoop::look() {
  if (pool_.host() == nullptr) ++waits_;  // else it is one of the engines' calls
  for (const epoll_event& event : events_.wait(pool_.host(), queue_.empty() ? -1 : 0)) {
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
  const Flow::Turn turn = flow.run(std::min(each - std::min(each, taken), flow.turn()));
  count_passed(line.number, flow.moved().out - out);
  switch (turn) {
    case Flow::Turn::more:
      if (flow.moved().in - line.before.in < each) return enqueue(line);
      finish(line);
      return;
    case Flow::Turn::waiting:
      if (pool_.host() == nullptr) events_.mute_while_blocked(line.from, flow);
      events_.observe_engine(line.engine);
      return;
    case Flow::Turn::ended:
    case Flow::Turn::failed:
      line.over = true;
      finish(line);
      one_ended(flow.outcome());
  }
}

void FlowLoop::count_passed(std::size_t flow, std::uint64_t bytes) {
  if (setting_.tally != nullptr) setting_.tally->passed(flow, bytes);
}

/// A flow has failed, or ended before its bytes.
void FlowLoop::one_ended(const Outcome& outcome) {
  if (setting_.when_one_ends == WhenOneEnds::others_go_on) return;
  spoilt_ = outcome;
  stop().give();
}

void FlowLoop::finish(Line& line) {
  line.done = true;
  --left_;
}

Outcome FlowLoop::outcome(std::size_t place) const {
  const Line& line = lines_[place];
  Outcome outcome = line.flow.outcome();
  outcome.in = line.flow.moved().in - line.before.in;
  outcome.out = line.flow.moved().out - line.before.out;
  return outcome;
}

Outcome FlowLoop::outcome() const {
  Outcome all = spoilt_;
  all.in = all.out = all.left = 0;
  for (std::size_t place = 0; place < lines_.size(); ++place) {
    const Outcome one = outcome(place);
    all.in += one.in;
    all.out += one.out;
    all.left += one.left;
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
