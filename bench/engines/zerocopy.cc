// read(2) into buffers that send(2) sends from without a copy (MSG_ZEROCOPY, Linux 4.14): the
// kernel says on the socket's error queue when it has done with one, and whether it copied after
// all. On loopback it does, since the reader would hold the buffer otherwise.

#include <time.h>  // errqueue.h does not say that it needs it

#include <linux/errqueue.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "bench/engines/copy_buffer.h"
#include "bench/engines/pages.h"
#include "bench/engines/sends_in_flight.h"
#include "harness/engine/engine.h"
#include "results/files/fd.h"

namespace splicebench {

namespace {

constexpr unsigned kSendsPerBuffer = 16;  ///< that are remembered; more are copied

/// What the kernel says of sends it has done with.
struct Notification {
  std::uint32_t first = 0;
  std::uint32_t last = 0;
  bool copied = false;
};

/// The next of `socket`'s. False: there is none now.
bool take_notification(int socket, Notification& told) {
  alignas(cmsghdr) char control[256];
  msghdr message{};
  message.msg_control = control;
  message.msg_controllen = sizeof control;
  if (::recvmsg(socket, &message, MSG_ERRQUEUE | MSG_DONTWAIT) < 0) return false;
  told = {1, 0, false};
  for (cmsghdr* one = CMSG_FIRSTHDR(&message); one != nullptr; one = CMSG_NXTHDR(&message, one)) {
    const bool is_error = (one->cmsg_level == SOL_IP && one->cmsg_type == IP_RECVERR) ||
                          (one->cmsg_level == SOL_IPV6 && one->cmsg_type == IPV6_RECVERR);
    if (!is_error) continue;
    sock_extended_err error;
    std::memcpy(&error, CMSG_DATA(one), sizeof error);
    if (error.ee_origin != SO_EE_ORIGIN_ZEROCOPY) continue;
    told = {error.ee_info, error.ee_data, (error.ee_code & SO_EE_CODE_ZEROCOPY_COPIED) != 0};
  }
  return true;
}

class ZerocopyEngine : public Engine {
 public:
  ZerocopyEngine(std::int64_t buffers, std::int64_t size)
      : count_(static_cast<unsigned>(buffers)),
        size_(static_cast<std::size_t>(size)),
        sends_(count_, kSendsPerBuffer * count_) {}

  void prepare(int source, int sink) override {
    memory_ = Pages(count_ * size_, Touched::when_used);
    events_ = Fd(::epoll_create1(EPOLL_CLOEXEC));
    rebind(source, sink);
  }

  void touch() override { memory_.touch(); }

  void rebind(int source, int sink) override {
    // What the kernel still sends for another connection stays as it is.
    if (sends_.untold() > 0) memory_ = Pages(count_ * size_, Touched::when_used);
    sends_.forget();
    for (const int fd : {source_, sink_}) ::epoll_ctl(events_.get(), EPOLL_CTL_DEL, fd, nullptr);
    is_watching_ = false;
    source_ = source;
    sink_ = sink;
    const int yes = 1;
    without_copy_ = events_ && ::setsockopt(sink, SOL_SOCKET, SO_ZEROCOPY, &yes, sizeof yes) == 0;
    if (!without_copy_) ++calls_.fallback;
    // Of whoever sent from it before.
    for (Notification old; without_copy_ && take_notification(sink_, old);) {
    }
  }

  Outcome transfer(std::uint64_t limit) override {
    Outcome outcome;
    take_notifications();
    while (drain(outcome)) {
      if (outcome.in == limit) {
        take_notifications();
        outcome.ended = Ended::limit;
        break;
      }
      if (!fill(limit - outcome.in, outcome)) break;
    }
    outcome.left = end_ - begin_;
    return outcome;
  }

  bool stays() const override { return sends_.untold() > 0; }

  std::vector<Granted> granted() const override {
    const std::int64_t size = static_cast<std::int64_t>(size_);
    return {{"buffers", size * count_, size * count_},
            {"buffer", size, size},
            {"zero copy", without_copy_ ? 1 : 0, 1}};
  }

 private:
  unsigned char* at(unsigned buffer) const { return memory_.bytes() + buffer * size_; }

  void take_notifications() {
    while (sends_.untold() > 0) {
      Notification told;
      const bool is_there = take_notification(sink_, told);
      ++calls_.out;
      if (!is_there) return;
      const std::uint32_t count = told.last - told.first + 1;
      // More than there are: of somebody else's sends on this socket.
      if (count == 0 || count > sends_.untold()) continue;
      sends_.told(told.first, told.last);
      (told.copied ? calls_.copied : calls_.uncopied) += count;
    }
  }

  /// One read. False when the transfer ends here.
  bool fill(std::uint64_t most, Outcome& outcome) {
    if (!sends_.has_free()) take_notifications();
    if (!sends_.has_free()) return wait_for_notification(outcome);
    const unsigned buffer = sends_.take();
    const std::size_t asked = std::min<std::uint64_t>(size_, most);
    ssize_t got = 0;
    do {
      got = ::read(source_, at(buffer), asked);
      ++calls_.in;
    } while (got < 0 && errno == EINTR);
    const int error = errno;
    if (got <= 0) sends_.let_go(buffer);
    if (got == 0) return end(outcome);
    if (got < 0)
      return error == EAGAIN ? wait_for_source(outcome) : fail(Side::source, error, outcome);
    if (static_cast<std::size_t>(got) < asked) ++calls_.short_in;
    sending_ = buffer;
    begin_ = 0;
    end_ = static_cast<std::size_t>(got);
    copying_ = !without_copy_;
    outcome.in += end_;
    return true;
  }

  /// Sends what was read. False when the transfer ends here.
  bool drain(Outcome& outcome) {
    if (begin_ == end_) return true;
    while (begin_ < end_) {
      const bool copies = copying_ || !sends_.has_room();
      const ssize_t put = ::send(sink_, at(sending_) + begin_, end_ - begin_,
                                 copies ? MSG_NOSIGNAL : MSG_NOSIGNAL | MSG_ZEROCOPY);
      ++calls_.out;
      if (put > 0) {
        if (!copies) sends_.sent_from(sending_);
        if (copies && without_copy_) ++calls_.copied;
        begin_ += static_cast<std::size_t>(put);
        outcome.out += static_cast<std::uint64_t>(put);
        if (begin_ < end_) ++calls_.short_out;
        continue;
      }
      if (put == 0) return fail(Side::sink, EIO, outcome);
      if (errno == EINTR) continue;
      if (errno == EAGAIN) return give_back({sink_, POLLOUT}, calls_, outcome);
      if (errno != ENOBUFS || copies) return fail(Side::sink, errno, outcome);
      copying_ = true;  // this piece: net.core.optmem_max or RLIMIT_MEMLOCK are used up
    }
    sends_.let_go(sending_);
    return true;
  }

  /// The source has ended. Notifications that nobody takes would wake whoever waits for an answer
  /// on the sink, and so they come first; they are not far, since the end waits behind the same
  /// bytes.
  bool end(Outcome& outcome) {
    take_notifications();
    if (sends_.untold() > 0) return wait_for_notification(outcome);
    outcome.ended = Ended::eof;
    return false;
  }

  bool wait_for_notification(Outcome& outcome) {
    return give_back({sink_, 0}, calls_, outcome);  // POLLERR is always told
  }

  bool wait_for_source(Outcome& outcome) {
    take_notifications();
    if (sends_.untold() > 0 && watch()) return give_back({events_.get(), POLLIN}, calls_, outcome);
    return give_back({source_, POLLIN}, calls_, outcome);
  }

  /// Bytes of the source, notifications of the sink.
  bool watch() {
    if (is_watching_) return true;
    epoll_event readable{};
    readable.events = EPOLLIN;
    epoll_event notified{};  // EPOLLERR is always told
    is_watching_ = ::epoll_ctl(events_.get(), EPOLL_CTL_ADD, source_, &readable) == 0 &&
                   ::epoll_ctl(events_.get(), EPOLL_CTL_ADD, sink_, &notified) == 0;
    return is_watching_;
  }

  unsigned count_;
  std::size_t size_;
  Pages memory_;
  SendsInFlight sends_;
  Fd events_;
  int source_ = -1;
  int sink_ = -1;
  bool without_copy_ = false;  ///< the sink takes MSG_ZEROCOPY
  bool is_watching_ = false;
  unsigned sending_ = 0;  ///< the buffer of the bytes that were read
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
  bool copying_ = false;  ///< these
};

const RegisterEngine registration({
    .name = "zerocopy",
    .help = "read into buffers, MSG_ZEROCOPY out of them; copied where the kernel has no room for "
            "it",
    .parameters = {EngineParameter::count("buffers", 16, 1, 1024, "buffers; 16"),
                   EngineParameter::size("size", 64 << 10, 1 << 24, "bytes of each; 64KiB")},
    .make =
        [](const EngineValues& values) {
          return std::make_unique<ZerocopyEngine>(values.at("buffers"), values.at("size"));
        },
    .sinks = {EndKind::tcp},
    .descriptors = 1,
});

}  // namespace

}  // namespace splicebench
