// sendfile(2): the page cache's pages into the socket, what a file server does. The kernel puts a
// private pipe of 16 pages in between and sets MORE until the count is met, so the last piece of a
// call goes out at once.

#include <fcntl.h>
#include <poll.h>
#include <sys/sendfile.h>

#include <algorithm>
#include <cerrno>

#include "bench/engines/copy_buffer.h"
#include "bench/engines/fall_back.h"
#include "harness/engine/engine.h"

namespace splicebench {

namespace {

constexpr std::size_t kCopyBytes = 64 << 10;    ///< where sendfile is refused
constexpr std::uint64_t kMostAtOnce = 1 << 30;  ///< the kernel cuts at 2 GiB less a page

/// The call says which errno, not which side. What a connection may die of is the sink's.
bool is_of_file(int file, int error) {
  return error == EIO || error == ENOMEM || (error == EBADF && ::fcntl(file, F_GETFD) < 0);
}

class SendfileEngine : public Engine {
 public:
  void prepare(int source, int sink) override {
    buffer_.allocate(kCopyBytes);
    rebind(source, sink);
  }

  void touch() override { buffer_.touch(); }

  void rebind(int source, int sink) override {
    source_ = source;
    sink_ = sink;
    copying_ = false;
    ever_sent_ = false;
  }

  Outcome transfer(std::uint64_t limit) override {
    Outcome outcome;
    while (buffer_.drain(sink_, calls_, outcome)) {
      if (outcome.in == limit) {
        outcome.ended = Ended::limit;
        break;
      }
      const std::uint64_t most = limit - outcome.in;
      if (copying_ ? !buffer_.fill(source_, most, calls_, outcome) : !send(most, outcome)) break;
    }
    outcome.left = buffer_.held();
    return outcome;
  }

 private:
  /// One call. False when the transfer ends here.
  bool send(std::uint64_t most, Outcome& outcome) {
    const std::size_t asked = std::min(most, kMostAtOnce);
    // Without an offset of ours the file's own moves, by what was sent and no more.
    const ssize_t sent = ::sendfile(sink_, source_, nullptr, asked);
    ++calls_.out;
    if (sent > 0) {
      const std::uint64_t bytes = static_cast<std::uint64_t>(sent);
      outcome.in += bytes;
      outcome.out += bytes;
      if (bytes < asked) ++calls_.short_out;
      ever_sent_ = true;
      return true;
    }
    if (sent == 0) {
      outcome.ended = Ended::eof;
      return false;
    }
    if (errno == EINTR) return true;
    if (errno == EAGAIN) return give_back({sink_, POLLOUT}, calls_, outcome);
    if (!may_fall_back(errno, ever_sent_))
      return fail(is_of_file(source_, errno) ? Side::source : Side::sink, errno, outcome);
    copying_ = true;
    ++calls_.fallback;
    return true;
  }

  int source_ = -1;
  int sink_ = -1;
  bool copying_ = false;  ///< by read and write from now on
  bool ever_sent_ = false;
  CopyBuffer buffer_;
};

const RegisterEngine registration({
    .name = "sendfile",
    .help = "sendfile(2) from a file; read and write where it is refused",
    .make = [](const EngineValues&) { return std::make_unique<SendfileEngine>(); },
    .sources = {EndKind::file},
    .sinks = kStreams,
});

}  // namespace

}  // namespace splicebench
