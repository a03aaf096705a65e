#include "bench/engines/ring/uring_engine.h"

#include <fmt/format.h>
#include <poll.h>

#include <algorithm>
#include <cerrno>

#include "bench/engines/ring/requests.h"
#include "results/text/size.h"

namespace splicebench {

namespace {

constexpr std::size_t kCopyPiece = 64 << 10;  ///< where there is no ring
constexpr unsigned kSubmissions = 8;
constexpr unsigned kSendsPerBuffer = 4;  ///< without a copy; more are copied

// What a completion is of; above these bits the number of a send without a copy.
enum Tag : std::uint64_t { kReceiving, kReceivingOnce, kSending, kSendingCopy, kCancelling };
constexpr unsigned kTagBits = 3;
constexpr std::uint64_t kTagMask = (1U << kTagBits) - 1;

}  // namespace

UringEngine::UringEngine(std::int64_t buffers, std::int64_t size, Receiving receiving,
                         Sending sending)
    : bundles_(receiving == Receiving::bundles),
      count_(static_cast<unsigned>(buffers)),
      buffers_(count_, static_cast<std::size_t>(size)),
      held_(buffers_, count_),
      sends_(buffers_, sending == Sending::copying ? 0 : kSendsPerBuffer * count_,
             SendQueue::kMostPieces) {}

UringEngine::~UringEngine() {
  Outcome meanwhile;
  hush(meanwhile);
}

void UringEngine::prepare(int source, int sink) {
  set_pair(source, sink);
  // Every buffer may be a completion of its own; sends and ends come on top.
  const int refused = ring_.open(kSubmissions, 2 * count_ + kSubmissions + sends_.most());
  if (refused != 0 || buffers_.open(ring_, count_) != 0) leave_ring();
}

void UringEngine::rebind(int source, int sink) {
  Outcome none;  // it holds nothing, and its source has ended
  hush(none);
  // What is provided was so by the limit of another connection.
  if (ring_ ? buffers_.take_back() != 0 : ring_error_ != 0) leave_ring();
  set_pair(source, sink);
}

Outcome UringEngine::transfer(std::uint64_t limit) {
  Outcome outcome;
  fresh_ = true;
  if (ring_) {
    while (go_on(limit, outcome)) {
    }
  } else if (ring_error_ != 0) {
    fail(Side::source, ring_error_, outcome);
  } else {
    copy_.copy(source_, sink_, limit, calls_, outcome);
  }
  outcome.left = held_.bytes() + copy_.held();
  return outcome;
}

/// One call, where poll(2) would be ended by the work that the kernel leaves to this thread, called
/// again, and followed by one that hands over.
bool UringEngine::await() {
  if (!ring_) return false;
  const int error = ring_.enter(1);
  if (!refusals_.bear(error)) ring_error_ = error;
  return true;
}

std::vector<Granted> UringEngine::granted() const {
  const std::int64_t size = static_cast<std::int64_t>(buffers_.size());
  const std::int64_t all = size * count_;
  if (!ring_) return {{"ring", 0, all}, {"buffer", kCopyPiece, kCopyPiece}};
  return {{"ring", all, all}, {"buffer", size, size}};
}

void UringEngine::set_pair(int source, int sink) {
  source_ = source;
  sink_ = sink;
  ended_ = false;
  sends_.begin_anew();
  source_error_ = sink_error_ = ring_error_ = 0;
  refusals_ = {};
}

void UringEngine::leave_ring() {
  ring_.close();
  copy_.allocate(kCopyPiece);
  ++calls_.fallback;
}

/// One round through the ring. False when the transfer ends here.
bool UringEngine::go_on(std::uint64_t limit, Outcome& outcome) {
  again_ = false;
  take_completions(outcome);
  if (ring_error_ != 0) return give_up(ring_error_, outcome);
  if (sink_error_ != 0) {
    // What the kernel takes from the source before it hears of this is taken.
    hush(outcome);
    fail(Side::sink, sink_error_, outcome);
    sink_error_ = 0;
    return false;
  }
  if (held_.is_empty()) {
    if (outcome.in == limit) {
      outcome.ended = Ended::limit;
      return false;
    }
    if (source_error_ != 0) return fail(Side::source, source_error_, outcome);
    if (ended_) {
      outcome.ended = Ended::eof;
      return false;
    }
  }
  if (!ended_ && source_error_ == 0) receive(limit - std::min(limit, outcome.in));
  if (!held_.is_empty() && !sending_) send();
  // Without a request of ours the ring's descriptor says whether there is something to do.
  if (fresh_ || ring_.has_requests()) {
    fresh_ = false;
    if (!enter(outcome)) return false;
    // What was asked anew may be refused at once again, for as long as the kernel has no memory for
    // sockets: it is the turn of others, who hold it.
    if (ring_.has_completions() && !again_) return true;
  }
  outcome.ended = Ended::would_block;
  outcome.awaited = {ring_.fd(), POLLIN};
  return false;
}

bool UringEngine::enter(Outcome& outcome) {
  int error = 0;
  do {
    ++(sending_ ? calls_.out : calls_.in);
    error = ring_.enter();
    if (error != 0) ++calls_.eagain;
    if (!refusals_.bear(error)) return give_up(error, outcome);
  } while (error != 0);
  return true;
}

/// Sees to it that bytes are received, at most `most` beside those that are on their way.
void UringEngine::receive(std::uint64_t most) {
  if (receiving_once_) return;
  const std::size_t size = buffers_.size();
  std::uint64_t room = most - std::min<std::uint64_t>(most, buffers_.provided() * size);
  for (; room >= size && buffers_.has_free() && buffers_.provide(); room -= size) {
  }
  const unsigned provided = buffers_.provided();
  if (provided == 0 && most > 0 && most < size && buffers_.has_free()) {
    receive_once(static_cast<std::size_t>(most));
    return;
  }
  // Half of them at least: with each that comes back the receive would be started anew.
  const bool enough = 2 * provided >= count_ || held_.is_empty();
  if (receiving_ || provided == 0 || !enough) return;
  receiving_ = true;
  ring_.request(kReceiving, [this](io_uring_sqe* request) {
    ::io_uring_prep_recv_multishot(request, source_, nullptr, 0, 0);
    select_buffers(request);
    if (bundles_) request->ioprio |= kReceiveBundle;
  });
}

void UringEngine::receive_once(std::size_t size) {
  receiving_once_ = true;
  once_ = buffers_.take_free();
  ring_.request(kReceivingOnce, [this, size](io_uring_sqe* request) {
    ::io_uring_prep_recv(request, source_, buffers_.at(once_), size, 0);
  });
}

/// All that is held, in order.
void UringEngine::send() {
  sending_ = true;
  const msghdr& message = held_.message();
  if (sends_.is_next(calls_)) {
    ring_.request(kSending | sends_.begin(held_.in_message()) << kTagBits,
                  [this, &message](io_uring_sqe* request) {
                    prepare_send_without_copy(request, sink_, message, sends_.report());
                  });
    return;
  }
  ring_.request(kSendingCopy,
                [this, &message](io_uring_sqe* request) { prepare_send(request, sink_, message); });
}

void UringEngine::take_completions(Outcome& outcome) {
  ring_.take([&](const io_uring_cqe& completion) {
    switch (completion.user_data & kTagMask) {
      case kReceiving:
        if ((completion.flags & IORING_CQE_F_MORE) == 0) receiving_ = false;
        return received(completion, outcome);
      case kReceivingOnce:
        receiving_once_ = false;
        if (completion.res <= 0) buffers_.give_free(once_);
        if (completion.res > 0) keep(once_, static_cast<std::size_t>(completion.res), outcome);
        return source_said(completion.res);
      case kSending: {
        using Told = ZeroCopySends::Told;
        const Told told = sends_.take(completion, completion.user_data >> kTagBits, calls_);
        if (told != Told::done) sending_ = false;
        if (told == Told::result) sent(completion.res, outcome);
        return;
      }
      case kSendingCopy:
        sending_ = false;
        return sent(completion.res, outcome);
      default:
        cancelling_ = false;
    }
  });
}

void UringEngine::received(const io_uring_cqe& completion, Outcome& outcome) {
  std::size_t left = completion.res > 0 ? static_cast<std::size_t>(completion.res) : 0;
  for (unsigned place = place_of(completion); left > 0; ++place) {
    const std::size_t size = std::min(left, buffers_.size());
    keep(buffers_.take_filled(place), size, outcome);
    left -= size;
  }
  source_said(completion.res);
}

void UringEngine::keep(unsigned buffer, std::size_t size, Outcome& outcome) {
  held_.add(buffer, size);
  outcome.in += size;
}

/// EAGAIN: of a socket that is not ready the kernel polls, and after too many rounds of that asks
/// a worker, for whom O_NONBLOCK holds (io_uring/poll.c, APOLL_MAX_RETRY). Asked anew it waits, or,
/// beyond tcp_mem, is refused for a while.
bool UringEngine::is_to_be_repeated(int result) {
  again_ = again_ || result == -EAGAIN;
  return is_passing(result);
}

void UringEngine::source_said(int result) {
  if (result == 0) ended_ = true;
  // No buffer, or told to stop: neither is the source's.
  if (!is_to_be_repeated(result) && result < 0 && result != -ENOBUFS) source_error_ = -result;
}

void UringEngine::sent(int result, Outcome& outcome) {
  if (is_to_be_repeated(result)) return;
  if (result < 0) {
    sink_error_ = -result;
    return;
  }
  outcome.out += static_cast<std::uint64_t>(result);
  held_.remove(static_cast<std::size_t>(result));
}

std::vector<EngineParameter> UringEngine::parameters(std::int64_t buffers, std::int64_t size) {
  return {EngineParameter::count("buffers", buffers, 1, 1024,
                                 fmt::format("buffers of the ring; {}", buffers)),
          EngineParameter::size("size", size, 1 << 24,
                                fmt::format("bytes of each; {}", format_size(size)))};
}

/// Has the kernel do nothing more with these descriptors, and adds what it did meanwhile.
void UringEngine::hush(Outcome& outcome) {
  Refusals refusals;
  while (ring_ && (receiving_ || receiving_once_ || sending_)) {
    if (!cancelling_) {
      cancelling_ = true;
      ring_.request(kCancelling, [](io_uring_sqe* request) {
        ::io_uring_prep_cancel64(request, 0, IORING_ASYNC_CANCEL_ANY | IORING_ASYNC_CANCEL_ALL);
      });
    }
    const int error = ring_.enter(1);
    if (refusals.bear(error)) {
      take_completions(outcome);
    } else {
      // Nothing more can be had from a ring that says this, but its end.
      ring_error_ = error;
      ring_.close();
    }
  }
}

/// Ends the transfer, and all others of this pair.
bool UringEngine::give_up(int error, Outcome& outcome) {
  hush(outcome);
  ring_error_ = error;
  ring_.close();
  return fail(Side::source, error, outcome);
}

}  // namespace splicebench
