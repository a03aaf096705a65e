#include "bench/engines/ring/ring_loop.h"

#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <utility>

#include "harness/system/sys.h"

namespace splicebench {

namespace {

/// Of the ring in a row, before it is an error.
constexpr int kMostRefusals = 100;

// What a completion is of, beside the place of a flow.
constexpr std::uint64_t kStop = ~std::uint64_t{0};
constexpr std::uint64_t kCancel = kStop - 1;

/// It is asked for anew: see UringEngine::is_passing().
bool is_passing(int result) {
  return result == -EINTR || result == -ECANCELED || result == -EAGAIN;
}

}  // namespace

RingLoop::RingLoop(const LoopSetting& setting, unsigned provided, std::size_t size)
    : FlowLoop(setting),
      provided_(provided),
      buffers_(static_cast<unsigned>(setting.flows) + provided, size, Touched::when_used) {
  lines_.reserve(setting.flows);
}

int RingLoop::open() {
  // A round hands over a request for each buffer to receive into, and the sends of those filled.
  // Each flow has one request at a time.
  const unsigned submissions = 4 * provided_;
  const unsigned flows = static_cast<unsigned>(lines_.capacity());
  const int refused =
      ring_.open(submissions, std::max(2 * submissions, flows + 2), Ring::Waiting::in_ring);
  if (refused != 0) return refused;
  const std::int64_t size = static_cast<std::int64_t>(buffers_.size());
  granted_ = {{"ring", size * provided_, size * provided_}, {"buffer", size, size}};
  return buffers_.open(ring_);
}

void RingLoop::add(std::size_t flow, int source, int sink) {
  Line& line = lines_.emplace_back();
  line.number = flow;
  line.source = source;
  line.sink = sink;
}

void RingLoop::serve_all(std::uint64_t each) {
  begin(each);
  if (!ring_) fail_all(EBADF);
  while (left_ > 0 && !stop().is_given()) {
    watch_stop();
    receive_next();
    // Those that wait for their turn are not to wait for an event.
    const int error = enter(waiting_.empty() || buffers_.provided() == 0);
    take_completions();
    if (error != 0) fail_all(error);
  }
  if (requests_ > 0) hush();
}

void RingLoop::begin(std::uint64_t each) {
  if (ring_ && !is_enabled_) {
    // Here, for it belongs to the thread that enables it.
    const int refused = ring_.enable();
    if (refused != 0) throw_errno("enable", "an io_uring", refused);
    is_enabled_ = true;
  }
  is_over_ = false;
  each_ = each;
  left_ = 0;
  waiting_.clear();
  for (std::size_t place = 0; place < lines_.size(); ++place) {
    Line& line = lines_[place];
    line.outcome = {};
    line.done = line.over || each == 0;
    if (line.done) continue;
    ++left_;
    waiting_.push_back(place);
  }
}

/// There is room for another request.
void RingLoop::make_room() {
  if (ring_.is_full()) enter(false);
}

void RingLoop::watch_stop() {
  if (watches_stop_) return;
  watches_stop_ = true;
  make_room();
  ring_.request(kStop, [this](io_uring_sqe* request) {
    ::io_uring_prep_poll_add(request, stop().fd(), POLLIN);
  });
}

/// Has as many flows receive as there are buffers: more would find none and come back.
void RingLoop::receive_next() {
  while (buffers_.provided() < provided_ && buffers_.has_free()) buffers_.provide();
  for (unsigned turns = buffers_.provided(); turns > 0 && !waiting_.empty(); --turns) {
    const std::size_t place = waiting_.front();
    waiting_.pop_front();
    receive(place);
  }
}

void RingLoop::receive(std::size_t place) {
  Line& line = lines_[place];
  line.doing = Doing::receiving;
  ++requests_;
  const std::size_t most = std::min<std::uint64_t>(buffers_.size(), each_ - line.outcome.in);
  make_room();
  ring_.request(place, [&](io_uring_sqe* request) {
    ::io_uring_prep_recv(request, line.source, nullptr, most, 0);
    request->flags |= IOSQE_BUFFER_SELECT;
    request->buf_group = BufferRing::kGroup;
  });
}

void RingLoop::send(std::size_t place) {
  Line& line = lines_[place];
  line.doing = Doing::sending;
  ++requests_;
  make_room();
  ring_.request(place, [&](io_uring_sqe* request) {
    ::io_uring_prep_send(request, line.sink, buffers_.at(line.buffer) + line.begin,
                         line.end - line.begin, MSG_WAITALL | MSG_NOSIGNAL);
  });
}

/// Errno; 0: done, or to be tried again.
int RingLoop::enter(bool wait) {
  ++calls_.in;
  const int error = ring_.enter(wait ? 1 : 0);
  if (error == 0) {
    refusals_ = 0;
    return 0;
  }
  ++calls_.eagain;
  if (error == EINTR) return 0;  // while it waited
  const bool may_pass = error == EAGAIN || error == EBUSY;
  return may_pass && ++refusals_ < kMostRefusals ? 0 : error;
}

void RingLoop::take_completions() {
  ring_.take([this](const io_uring_cqe& completion) {
    if (completion.user_data == kCancel) return;
    if (completion.user_data == kStop) {
      watches_stop_ = false;
      return;
    }
    --requests_;
    const std::size_t place = completion.user_data;
    const Doing done = std::exchange(lines_[place].doing, Doing::nothing);
    if (done == Doing::receiving) {
      received(place, completion);
    } else {
      sent(place, completion.res);
    }
  });
}

void RingLoop::received(std::size_t place, const io_uring_cqe& completion) {
  Line& line = lines_[place];
  const int result = completion.res;
  if ((completion.flags & IORING_CQE_F_BUFFER) != 0) {
    line.buffer = buffers_.take_filled(completion.flags >> IORING_CQE_BUFFER_SHIFT);
    if (result <= 0) buffers_.give_free(line.buffer);
  }
  if (result > 0) {
    line.begin = 0;
    line.end = static_cast<std::size_t>(result);
    line.outcome.in += line.end;
    line.outcome.left = line.end;
    most_held_ = std::max(most_held_, ++held_);
  } else if (result == 0) {
    // Fails when the other side is gone, and then nobody is left to be told.
    ::shutdown(line.sink, SHUT_WR);
    return finish(line, Ended::eof);
  } else if (!is_passing(result) && result != -ENOBUFS) {
    return finish(line, Ended::error, Side::source, -result);
  }
  go_on(place);
}

void RingLoop::sent(std::size_t place, int result) {
  Line& line = lines_[place];
  if (!is_passing(result)) {
    if (result < 0) {
      let_go(line);
      return finish(line, Ended::error, Side::sink, -result);
    }
    const std::size_t size = static_cast<std::size_t>(result);
    line.begin += size;
    line.outcome.out += size;
    line.outcome.left -= size;
    count_passed(line.number, size);
    if (line.begin == line.end) let_go(line);
  }
  go_on(place);
}

void RingLoop::let_go(Line& line) {
  buffers_.give_free(line.buffer);
  line.begin = line.end = 0;
  --held_;
}

/// With what comes next, of a flow that is not done.
void RingLoop::go_on(std::size_t place) {
  Line& line = lines_[place];
  if (line.begin < line.end) {
    if (!is_over_) send(place);
  } else if (line.outcome.in == each_) {
    finish(line, Ended::limit);
  } else if (!is_over_) {
    waiting_.push_back(place);
  }
}

void RingLoop::finish(Line& line, Ended ended, Side side, int error) {
  if (line.done) return;
  line.outcome.ended = ended;
  line.outcome.side = side;
  line.outcome.error = error;
  line.done = true;
  --left_;
  if (ended == Ended::limit) return;
  line.over = true;
  one_ended(line.outcome);
}

/// The ring itself fails: nobody's bytes pass any more.
void RingLoop::fail_all(int error) {
  is_over_ = true;
  for (Line& line : lines_) {
    if (!line.done) finish(line, Ended::error, Side::source, error);
  }
}

/// Has the kernel do nothing more with any descriptor. What it did meanwhile counts, and what it
/// took is left.
void RingLoop::hush() {
  is_over_ = true;
  make_room();
  ring_.request(kCancel, [](io_uring_sqe* request) {
    ::io_uring_prep_cancel64(request, 0, IORING_ASYNC_CANCEL_ANY | IORING_ASYNC_CANCEL_ALL);
  });
  while (requests_ > 0) {
    // Nothing more can be had from a ring that fails now, but its end.
    if (enter(true) != 0) {
      ring_.close();
      return;
    }
    take_completions();
  }
}

}  // namespace splicebench
