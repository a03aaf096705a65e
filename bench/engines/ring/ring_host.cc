#include "bench/engines/ring/ring_host.h"

#include <poll.h>

#include <algorithm>
#include <cerrno>
#include <utility>

#include "bench/engines/ring/hosted_engine.h"
#include "bench/engines/ring/requests.h"

namespace splicebench {

namespace {

/// For all at once there is no room: what is over the kernel keeps until there is (NODROP).
constexpr unsigned kCompletions = 4096;
constexpr std::size_t kUncopiedOfLine = 4;  ///< more are copied

// What a completion is of; above these bits the number of a send without a copy, and of the line.
enum Tag : std::uint64_t { kReceiving, kSending, kSendingUncopied, kOther, kCancel };
constexpr unsigned kTagBits = 3;
constexpr unsigned kSendBits = 3;
constexpr std::uint64_t kTagMask = (1U << kTagBits) - 1;
constexpr std::uint64_t kSendMask = (1U << kSendBits) - 1;
static_assert(kUncopiedOfLine <= kSendMask + 1);

std::uint64_t tag_of(const RingLine& line, Tag tag, std::uint64_t send = 0) {
  return (line.number << kSendBits | send) << kTagBits | tag;
}

}  // namespace

RingHost::RingHost(std::int64_t buffers, std::int64_t size, UringEngine::Receiving receiving,
                   UringEngine::Sending sending)
    : provided_(static_cast<unsigned>(buffers)),
      bundles_(receiving == UringEngine::Receiving::bundles),
      without_copy_(sending == UringEngine::Sending::without_copy),
      buffers_(provided_, static_cast<std::size_t>(size), Touched::when_used) {}

int RingHost::open() {
  const int refused = ring_.open(4 * provided_, kCompletions);
  return refused != 0 ? refused : buffers_.open(ring_.get(), provided_);
}

std::unique_ptr<Engine> RingHost::make() { return std::make_unique<HostedEngine>(*this); }

std::vector<Granted> RingHost::granted() const {
  const std::int64_t size = static_cast<std::int64_t>(buffers_.size());
  const std::int64_t all = size * provided_;
  return {{"ring", all, all}, {"buffer", size, size}};
}

RingLine& RingHost::take_line(int source, int sink) {
  if (free_lines_.empty()) {
    lines_.emplace_back(lines_.size(), buffers_, bundles_ ? provided_ : 1,
                        without_copy_ ? kUncopiedOfLine : 0);
    free_lines_.reserve(lines_.size());
    free_lines_.push_back(&lines_.back());
  }
  // For each one, and another that came with it, or those that the kernel still sends from; and as
  // many again that are provided, and that receives took at once.
  const std::size_t each = without_copy_ ? 1 + kUncopiedOfLine : bundles_ ? 2 : 1;
  while (buffers_.count() < each * lines_.size() + 2 * std::size_t{provided_}) buffers_.grow();
  RingLine& line = *free_lines_.back();
  free_lines_.pop_back();
  line.begin(source, sink);
  return line;
}

void RingHost::leave(RingLine& line) {
  line.is_left = true;
  waiting_.forget(line);
  ready_.forget(line);
  if (line.doing == RingLine::Doing::waiting) line.doing = RingLine::Doing::nothing;
  if (line.doing != RingLine::Doing::nothing) {
    ring_.ask(kCancel,
              [&line](io_uring_sqe* request) { ::io_uring_prep_cancel64(request, line.asked, 0); });
  }
  while (line.doing != RingLine::Doing::nothing && ring_.error() == 0) finish_some();
  if (!line.held.is_empty()) {
    line.held.clear();
    --holding_;
  }
  // Of a ring that fails nobody knows what it still does.
  if (ring_.error() != 0) return;
  line.is_detained = line.sends.in_flight() > 0;
  if (!line.is_detained) free_lines_.push_back(&line);
}

void RingHost::go_on(RingLine& line, std::uint64_t room) {
  if (ring_.error() != 0) line.source_error = ring_.error();
  if (ring_.error() != 0 || line.doing != RingLine::Doing::nothing) return;
  if (!line.held.is_empty()) return send(line);
  line.room = room;
  line.doing = RingLine::Doing::waiting;
  waiting_.add(line);
}

Calls RingHost::take_calls() {
  Calls calls = ring_.take_calls();
  calls += std::exchange(calls_, {});
  return calls;
}

bool RingHost::wait(int other, int milliseconds) {
  if (ring_.error() != 0) return wait_without(other, milliseconds);
  ring_.enable();
  is_hushed_ = false;
  watch(other);
  receive_next();
  // Those that wait for their turn are not to wait for an event.
  const bool has_to_do = !ready_.is_empty() || (!waiting_.is_empty() && buffers_.provided() > 0);
  const bool waits = !has_to_do && milliseconds != 0;
  ring_.enter(waits ? 1 : 0, milliseconds);
  take_completions();
  return std::exchange(other_is_ready_, false);
}

/// The ring fails: nobody's bytes pass any more.
bool RingHost::wait_without(int other, int milliseconds) {
  for (RingLine& line : lines_) {
    if (line.is_left || line.source_error == ring_.error()) continue;
    line.source_error = ring_.error();
    ready_.tell(line);
  }
  pollfd waiting{other, POLLIN, 0};
  ::poll(&waiting, 1, ready_.is_empty() ? milliseconds : 0);
  return true;
}

/// Until a request is complete.
void RingHost::finish_some() {
  ring_.enter(1);
  take_completions();
}

void RingHost::watch(int other) {
  if (watches_other_) return;
  watches_other_ = ring_.ask(
      kOther, [other](io_uring_sqe* request) { ::io_uring_prep_poll_add(request, other, POLLIN); });
}

template <typename Prepare>
void RingHost::ask_of(RingLine& line, RingLine::Doing doing, std::uint64_t tag, Prepare prepare) {
  line.doing = RingLine::Doing::nothing;
  if (!ring_.ask(tag, prepare)) return;
  line.doing = doing;
  line.asked = tag;
  ++requests_;
}

/// Has as many lines receive as there are buffers: more would find none and come back.
void RingHost::receive_next() {
  // Where some are held that are not the first of their line, a receive may take but one.
  const bool is_short = bundles_ && buffers_.in_use() > holding_ + lines_.size() + provided_;
  const unsigned most = is_short ? 1 : provided_;
  while (buffers_.provided() < most && buffers_.has_free() && buffers_.provide()) {
  }
  for (unsigned turns = buffers_.provided(); turns > 0 && !waiting_.is_empty(); --turns)
    receive(waiting_.next());
}

void RingHost::receive(RingLine& line) {
  const std::uint64_t tag = tag_of(line, kReceiving);
  ask_of(line, RingLine::Doing::receiving, tag, [&](io_uring_sqe* request) {
    // One that may fill several is kept to its size by what is provided alone.
    const std::uint64_t all = std::uint64_t{provided_} * buffers_.size();
    const bool is_bundle = bundles_ && line.room >= all;
    const std::uint64_t most =
        is_bundle ? all : std::min<std::uint64_t>(buffers_.size(), line.room);
    ::io_uring_prep_recv(request, line.source, nullptr, most, 0);
    select_buffers(request);
    if (is_bundle) request->ioprio |= kReceiveBundle;
    if (!line.has_more) request->ioprio |= IORING_RECVSEND_POLL_FIRST;
  });
}

void RingHost::send(RingLine& line) {
  constexpr RingLine::Doing kDoing = RingLine::Doing::sending;
  if (!line.sends.is_next(calls_)) {
    // A piece at a time: sends of several the kernel tries again and again while it has no memory
    // for sockets. To 1000 slow sinks they took 1.26 s of CPU per GB, pieces 0.34 (Linux 6.18).
    return ask_of(line, kDoing, tag_of(line, kSending), [&line](io_uring_sqe* request) {
      prepare_send(request, line.sink, line.held.first());
    });
  }
  const msghdr& message = line.held.message();
  const std::size_t send = line.sends.begin(line.held.in_message());
  ask_of(line, kDoing, tag_of(line, kSendingUncopied, send), [&](io_uring_sqe* request) {
    prepare_send_without_copy(request, line.sink, message, line.sends.report());
  });
}

void RingHost::take_completions() {
  ring_.take([this](const io_uring_cqe& completion) {
    const std::uint64_t tag = completion.user_data & kTagMask;
    if (tag == kCancel) return;
    if (tag == kOther) {
      watches_other_ = false;
      other_is_ready_ = true;
      return;
    }
    RingLine& line = lines_[completion.user_data >> (kTagBits + kSendBits)];
    switch (tag) {
      case kReceiving:
        return received(line, completion);
      case kSending:
        return sent(line, completion.res);
      default:
        sent_without_copy(line, completion, completion.user_data >> kTagBits & kSendMask);
    }
  });
}

void RingHost::received(RingLine& line, const io_uring_cqe& completion) {
  --requests_;
  line.doing = RingLine::Doing::nothing;
  const int result = completion.res;
  std::size_t left = result > 0 ? static_cast<std::size_t>(result) : 0;
  line.in += left;
  line.has_more = (completion.flags & IORING_CQE_F_SOCK_NONEMPTY) != 0;
  for (unsigned place = place_of(completion); left > 0; ++place) {
    const std::size_t size = std::min(left, buffers_.size());
    line.held.add(buffers_.take_filled(place), size);
    left -= size;
  }
  if (result > 0) {
    most_holding_ = std::max<std::int64_t>(most_holding_, ++holding_);
    if (!line.is_left && !is_hushed_) send(line);
    return;
  }
  if ((completion.flags & IORING_CQE_F_BUFFER) != 0)
    buffers_.give_free(buffers_.take_filled(place_of(completion)));
  if (is_passing(result) || result == -ENOBUFS) {
    line.has_more = true;
    if (line.is_left) return;
    if (result != -ENOBUFS || ring_.error() != 0) return go_on(line, line.room);
    line.doing = RingLine::Doing::waiting;
    waiting_.come_back(line);
    return;
  }
  line.has_ended = result == 0;
  line.source_error = -result;
  ready_.tell(line);
}

void RingHost::sent(RingLine& line, int result) {
  --requests_;
  line.doing = RingLine::Doing::nothing;
  if (!is_passing(result)) {
    if (result < 0) {
      line.sink_error = -result;
      return ready_.tell(line);
    }
    line.out += static_cast<std::uint64_t>(result);
    line.held.remove(static_cast<std::size_t>(result));
    if (line.held.is_empty()) {
      --holding_;
      return ready_.tell(line);
    }
  }
  if (!line.is_left && !is_hushed_) send(line);
}

void RingHost::sent_without_copy(RingLine& line, const io_uring_cqe& completion, std::size_t send) {
  using Told = ZeroCopySends::Told;
  const Told told = line.sends.take(completion, send, calls_);
  if (told == Told::again) sent(line, -EAGAIN);
  if (told == Told::result) sent(line, completion.res);
  if (!line.is_detained || line.sends.in_flight() > 0) return;
  line.is_detained = false;
  free_lines_.push_back(&line);
}

void RingHost::hush() {
  is_hushed_ = true;
  if (requests_ > 0) {
    ring_.ask(kCancel, [](io_uring_sqe* request) {
      ::io_uring_prep_cancel64(request, 0, IORING_ASYNC_CANCEL_ANY | IORING_ASYNC_CANCEL_ALL);
    });
  }
  while (requests_ > 0 && ring_.error() == 0) finish_some();
  // What they may receive is said anew.
  while (!waiting_.is_empty()) {
    RingLine& line = waiting_.next();
    line.doing = RingLine::Doing::nothing;
    ready_.tell(line);
  }
}

std::unique_ptr<EngineHost> make_ring_host(const EngineValues& values,
                                           UringEngine::Receiving receiving,
                                           UringEngine::Sending sending) {
  std::unique_ptr<RingHost> host =
      std::make_unique<RingHost>(values.at("buffers"), values.at("size"), receiving, sending);
  return host->open() == 0 ? std::move(host) : nullptr;
}

}  // namespace splicebench
