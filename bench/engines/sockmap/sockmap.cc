// A BPF sockmap: the kernel hands what arrives at the source to the sink's send queue, by a program
// on the source (redirection.h). It runs where the packet arrived, on loopback on the writer's CPU,
// so its cost shows under the system's CPU and not under the relay's. What is left to this process:
//
// - End of stream is not passed on by the kernel: the source reads 0, and when the sink's queue has
//   taken all that was handed on (TCP_INFO, SIOCOUTQ), the end is told. A unix sink does not say
//   what it took, so none is declared.
// - Nothing stops a fast writer of a slow reader: what was handed on is bounded by no socket buffer
//   (Linux 6.18); bytes held here are bytes the kernel holds.
// - What the source held before it was connected moves on TCP as soon as somebody asks for it; from
//   a unix socket, from one that somebody has read from (its first segment would move whole), and
//   where the sockets are refused, the bytes are copied instead.
// - What a sink that died was handed is lost, and so is what comes while the two are disconnected.

#include <linux/sockios.h>
#include <linux/tcp.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/timerfd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <optional>

#include "bench/engines/copy_buffer.h"
#include "bench/engines/sockmap/redirection.h"
#include "harness/engine/engine.h"
#include "results/files/fd.h"

namespace splicebench {

namespace {

constexpr std::size_t kCopyBytes = 64 << 10;  ///< where nothing can be redirected
// No event tells that the sink's queue has taken what was handed on.
constexpr long kSoonest = 50'000;     ///< nanoseconds until it is looked at again
constexpr long kLatest = 20'000'000;  ///< while nothing changes
constexpr long kMoving = 20'000'000;  ///< while bytes come, for who counts them
constexpr long kNever = 0;            ///< until something happens

/// What the application ever gave to a TCP socket; counts a SYN. Read in this order it is never too
/// much. None and errno where the socket does not say.
std::optional<std::uint64_t> given_to(int socket) {
  tcp_info info{};
  socklen_t size = sizeof info;
  int queued = 0;
  if (::getsockopt(socket, IPPROTO_TCP, TCP_INFO, &info, &size) != 0 ||
      ::ioctl(socket, SIOCOUTQ, &queued) != 0)
    return std::nullopt;
  return info.tcpi_bytes_acked + static_cast<std::uint64_t>(queued);
}

/// While nothing changes.
long longer(long pause) { return std::clamp(4 * pause, kSoonest, kLatest); }

int domain_of(int socket) {
  int domain = 0;
  socklen_t size = sizeof domain;
  ::getsockopt(socket, SOL_SOCKET, SO_DOMAIN, &domain, &size);
  return domain;
}

/// Whether there may be bytes that nobody took.
bool may_hold(int socket) {
  int queued = 0;
  return ::ioctl(socket, FIONREAD, &queued) != 0 || queued > 0;
}

/// Whether of the bytes that came to a TCP socket some were taken.
bool was_read_from(int socket) {
  const auto received = [socket] {
    tcp_info info{};
    socklen_t size = sizeof info;
    return ::getsockopt(socket, IPPROTO_TCP, TCP_INFO, &info, &size) == 0 ? info.tcpi_bytes_received
                                                                          : 0;
  };
  // More may come between the two questions.
  std::uint64_t before = received();
  for (;;) {
    int queued = 0;
    ::ioctl(socket, FIONREAD, &queued);
    const std::uint64_t after = received();
    if (before == after) return after > static_cast<std::uint64_t>(queued);
    before = after;
  }
}

class SockmapEngine : public Engine {
 public:
  ~SockmapEngine() override {
    if (redirection_) redirection_.disconnect();
  }

  void prepare(int source, int sink) override {
    buffer_.allocate(kCopyBytes);
    // Without descriptors or a privilege the bytes are copied.
    events_ = Fd(::epoll_create1(EPOLL_CLOEXEC));
    timer_ = Fd(::timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK));
    if (redirection_.open() != 0 || !watch(timer_.get(), EPOLLIN) ||
        !watch(redirection_.wake_fd(), EPOLLIN))
      redirection_.close();
    set_pair(source, sink);
  }
  void touch() override { buffer_.touch(); }

  void rebind(int source, int sink) override {
    if (redirection_) redirection_.disconnect();
    // Their numbers may be others' by now; then they are not watched.
    for (const int fd : {source_, sink_}) ::epoll_ctl(events_.get(), EPOLL_CTL_DEL, fd, nullptr);
    set_pair(source, sink);
  }

  Outcome transfer(std::uint64_t limit) override {
    Outcome outcome;
    if (following_) {
      look_at_events();
      if (!follow(limit, outcome)) return outcome;
      following_ = false;
    }
    buffer_.copy(source_, sink_, limit, calls_, outcome);
    outcome.left = buffer_.held();
    return outcome;
  }

  std::vector<Granted> granted() const override { return {{"redirection", copying_ ? 0 : 1, 1}}; }

 private:
  /// Each change is told once: whoever is told looks.
  bool watch(int fd, std::uint32_t events) {
    epoll_event event{};
    event.events = events | EPOLLET;
    event.data.fd = fd;
    return ::epoll_ctl(events_.get(), EPOLL_CTL_ADD, fd, &event) == 0;
  }

  void set_pair(int source, int sink) {
    source_ = source;
    sink_ = sink;
    following_ = ended_ = copying_ = false;
    source_error_ = 0;
    sink_changed_ = false;
    told_in_ = told_out_ = 0;
    if (redirection_) {
      base_in_ = redirection_.bytes();
      connect();
    } else {
      copy();
    }
  }

  void connect() {
    const std::optional<std::uint64_t> given = given_to(sink_);
    base_out_ = given.value_or(0);
    // From a unix socket none can be taken without others overtaking them.
    const bool is_unix = domain_of(source_) == AF_UNIX;
    const bool stays = is_unix || was_read_from(source_);
    if (!given || (stays && may_hold(source_)) || redirection_.connect(source_, sink_) != 0) {
      redirection_.disconnect();
      return copy();
    }
    following_ = true;
    if ((is_unix && may_hold(source_)) || !watch(source_, EPOLLRDHUP) ||
        !watch(sink_, 0))  // errors are always told
      return leave();
  }

  /// What comes from now on is copied, after what was handed on. Not by disconnecting, which loses
  /// what comes meanwhile.
  void leave() {
    redirection_.let_stay();
    copy();
  }

  void copy() {
    copying_ = true;
    ++calls_.fallback;
  }

  void look_at_events() {
    std::array<epoll_event, 4> events;
    const int count = ::epoll_wait(events_.get(), events.data(), events.size(), 0);
    for (int i = 0; i < count; ++i) {
      const int fd = events[static_cast<std::size_t>(i)].data.fd;
      sink_changed_ = sink_changed_ || fd == sink_;
      if (fd == redirection_.wake_fd()) redirection_.hush();
    }
    if (!ended_) look_at_source();
  }

  /// Asking has TCP hand on what it held before it was connected, too.
  void look_at_source() {
    char byte = 0;
    const ssize_t got = ::recv(source_, &byte, sizeof byte, MSG_PEEK | MSG_DONTWAIT);
    if (got == 0) ended_ = true;
    if (got < 0 && errno != EAGAIN && errno != EINTR) source_error_ = errno;
    if (got > 0 && !copying_) leave();  // a rest that nothing comes after to push it on
  }

  /// Errno of a sink that takes nothing more; 0: it does. Asked for only where bytes are to be
  /// delivered: whoever reads from the same socket wants to hear of its end, too, and it is told
  /// but once.
  int sink_error() const {
    int error = 0;
    socklen_t size = sizeof error;
    ::getsockopt(sink_, SOL_SOCKET, SO_ERROR, &error, &size);
    pollfd state{sink_, 0, 0};
    const bool gone = ::poll(&state, 1, 0) > 0 && (state.revents & POLLHUP) != 0;
    return error == 0 && gone ? EPIPE : error;
  }

  /// Accounts for what the kernel did. True: there is nothing more of it, and the rest is copied.
  bool follow(std::uint64_t limit, Outcome& outcome) {
    const std::uint64_t told_in = told_in_;
    const std::uint64_t told_out = told_out_;
    const std::uint64_t target = limit > ~told_in ? ~std::uint64_t{0} : told_in + limit;
    for (;;) {
      const std::optional<std::uint64_t> given = given_to(sink_);
      const int unknown = given ? 0 : errno;
      told_in_ = redirection_.bytes() - base_in_;
      // Once the end was told to the sink, that is one more.
      if (given) told_out_ = std::max(told_out_, std::min(*given - base_out_, told_in_));
      outcome.in = told_in_ - told_in;
      outcome.out = told_out_ - told_out;
      outcome.left = told_in_ - told_out_;
      if (redirection_.has_failed()) return fail(Side::source, ENOMEM, outcome);
      const int error = outcome.left > 0 && sink_changed_ ? sink_error() : unknown;
      if (error != 0) return fail(Side::sink, error, outcome);
      if (told_in_ >= target || ended_ || copying_ || source_error_ != 0) {
        if (outcome.left > 0)
          return wait(outcome.in + outcome.out > 0 ? kSoonest : longer(pause_), outcome);
        return finish(target, outcome);
      }
      // Who waits for the first byte is woken by it; who is in the middle by the last.
      const bool idle = outcome.in == 0 && outcome.left == 0;
      const std::uint64_t next = idle ? told_in_ + 1 : target;
      redirection_.set_target(base_in_ + next);
      if (redirection_.bytes() - base_in_ < next) return wait(idle ? kNever : kMoving, outcome);
    }
  }

  /// All that was handed on is delivered, and nothing more will be handed on. As follow().
  bool finish(std::uint64_t target, Outcome& outcome) {
    if (told_in_ >= target) return false;  // Ended::limit
    if (source_error_ != 0) return fail(Side::source, source_error_, outcome);
    if (ended_) outcome.ended = Ended::eof;
    return !ended_;
  }

  /// Until an event, or for so many nanoseconds.
  bool wait(long pause, Outcome& outcome) {
    pause_ = pause;
    itimerspec when{};
    when.it_value.tv_nsec = pause;
    ::timerfd_settime(timer_.get(), 0, &when, nullptr);
    outcome.ended = Ended::would_block;
    outcome.awaited = {events_.get(), POLLIN};
    return false;
  }

  Redirection redirection_;
  CopyBuffer buffer_;
  Fd events_;  ///< of all that may happen
  Fd timer_;
  int source_ = -1;
  int sink_ = -1;
  bool following_ = false;  ///< of bytes that the kernel hands on
  bool copying_ = false;    ///< once all of those are delivered
  bool ended_ = false;
  int source_error_ = 0;
  bool sink_changed_ = false;   ///< it may have died
  std::uint64_t base_in_ = 0;   ///< of the redirection, before this pair
  std::uint64_t base_out_ = 0;  ///< of the sink, likewise
  std::uint64_t told_in_ = 0;   ///< of this pair, by all transfers
  std::uint64_t told_out_ = 0;
  long pause_ = kSoonest;  ///< the last, nanoseconds
};

const RegisterEngine registration({
    .name = "sockmap",
    .help = "a BPF program in the kernel hands on what arrives; its CPU is the sender's and the "
            "system's, not the relay's",
    .make = [](const EngineValues&) { return std::make_unique<SockmapEngine>(); },
    .sinks = {EndKind::tcp},
    .unavailable = why_no_redirection,
    .exact_limit = false,
    .keeps_urgent_apart = false,
    .spares_source = false,
    .counts_calls = false,
    .needs_both_early = true,
    .descriptors = 7,
});

}  // namespace
}  // namespace splicebench
