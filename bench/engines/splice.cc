// splice(2) from the source into a pipe, from the pipe into the sink; the pipe is emptied before it
// is filled again. What cannot be spliced goes on with read and write, from the very byte where
// splice stopped.

#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "bench/engines/copy_buffer.h"
#include "bench/engines/fall_back.h"
#include "harness/engine/engine.h"
#include "results/files/fd.h"

namespace splicebench {

namespace {

/// Of the read and write that splice falls back to.
constexpr std::size_t kFallbackBuffer = 64 << 10;

/// splice(2) on SEQPACKET and DGRAM sockets drops the excess of a message without a word.
bool is_message_socket(int fd) {
  int type = 0;
  socklen_t size = sizeof type;
  return ::getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &size) == 0 && type != SOCK_STREAM;
}

class SpliceEngine : public Engine {
 public:
  /// `piece`: bytes asked for in a call; 0: as many as the pipe holds.
  SpliceEngine(std::int64_t pipe_size, std::int64_t piece) : wanted_(pipe_size), piece_(piece) {}

  void prepare(int source, int sink) override {
    set_pair(source, sink);
    buffer_.allocate(kFallbackBuffer);
    int ends[2];
    if (is_message_socket(source) || is_message_socket(sink) ||
        ::pipe2(ends, O_CLOEXEC | O_NONBLOCK) != 0) {
      leave_splice();
      return;
    }
    pipe_out_ = Fd(ends[0]);
    pipe_in_ = Fd(ends[1]);
    // Past fs.pipe-max-size or the user's share of pipe pages this fails and the pipe stays as it
    // is.
    const int set = ::fcntl(pipe_in_.get(), F_SETPIPE_SZ, static_cast<int>(wanted_));
    pipe_size_ = set > 0 ? set : ::fcntl(pipe_in_.get(), F_GETPIPE_SZ);
  }

  void rebind(int source, int sink) override {
    if (!pipe_in_) {
      prepare(source, sink);  // there may be descriptors for a pipe now
      return;
    }
    set_pair(source, sink);
  }

  Outcome transfer(std::uint64_t limit) override {
    Outcome outcome;
    for (;;) {
      if (!drain(outcome)) break;
      if (outcome.in == limit) {
        outcome.ended = Ended::limit;
        break;
      }
      if (!fill(limit - outcome.in, outcome)) break;
    }
    outcome.left = in_pipe_ + buffer_.held();
    return outcome;
  }

  std::vector<Granted> granted() const override { return {{"pipe", pipe_size_, wanted_}}; }

 private:
  void set_pair(int source, int sink) {
    source_ = source;
    sink_ = sink;
    spliced_ = true;
    ever_in_ = false;
    ever_out_ = false;
    empty_polls_ = 0;
    error_behind_mark_ = 0;
  }

  void leave_splice() {
    if (!spliced_) return;
    spliced_ = false;
    ++calls_.fallback;
  }

  bool drain(Outcome& outcome) {
    for (;;) {
      if (!buffer_.drain(sink_, calls_, outcome)) return false;
      if (in_pipe_ == 0) return true;
      if (spliced_) {
        if (!splice_out(outcome)) return false;
      } else if (!take_back(outcome)) {
        return false;
      }
    }
  }

  /// One splice from the pipe into the sink.
  bool splice_out(Outcome& outcome) {
    // No SPLICE_F_MORE: on the last piece it holds the bytes back for 200 ms, and which piece is
    // the last is known only when the source has ended.
    const ssize_t put = ::splice(pipe_out_.get(), nullptr, sink_, nullptr, in_pipe_,
                                 SPLICE_F_MOVE | SPLICE_F_NONBLOCK);
    ++calls_.out;
    if (put > 0) {
      in_pipe_ -= static_cast<std::uint64_t>(put);
      outcome.out += static_cast<std::uint64_t>(put);
      if (in_pipe_ > 0) ++calls_.short_out;
      ever_out_ = true;
      return true;
    }
    if (put == 0) return fail(Side::sink, EIO, outcome);
    if (errno == EINTR) return true;
    if (errno == EAGAIN) return give_back({sink_, POLLOUT}, calls_, outcome);
    // O_APPEND and /dev/full say EINVAL here, a sealed memfd EPERM: write(2) goes on or gives the
    // true errno.
    if (!may_fall_back(errno, ever_out_)) return fail(Side::sink, errno, outcome);
    leave_splice();
    return true;
  }

  /// Bytes left in the pipe when splice refuses the sink: back through the buffer.
  bool take_back(Outcome& outcome) {
    const std::int64_t got = buffer_.read_into(pipe_out_.get(), in_pipe_);
    ++calls_.in;
    if (got > 0) {
      in_pipe_ -= static_cast<std::uint64_t>(got);
      return true;
    }
    if (got < 0 && errno == EINTR) return true;
    return fail(Side::source, got == 0 ? EIO : errno, outcome);
  }

  bool fill(std::uint64_t most, Outcome& outcome) {
    while (spliced_) {
      const std::int64_t piece = piece_ > 0 ? std::min(piece_, pipe_size_) : pipe_size_;
      const std::size_t asked = std::min<std::uint64_t>(most, static_cast<std::uint64_t>(piece));
      const ssize_t got = ::splice(source_, nullptr, pipe_in_.get(), nullptr, asked,
                                   SPLICE_F_MOVE | SPLICE_F_NONBLOCK);
      ++calls_.in;
      if (got > 0) {
        in_pipe_ = static_cast<std::uint64_t>(got);
        outcome.in += in_pipe_;
        if (in_pipe_ < asked) ++calls_.short_in;
        ever_in_ = true;
        empty_polls_ = 0;
        return true;
      }
      // splice says 0 not only at the end: also before urgent data (MSG_OOB) once the other side
      // has closed, with bytes still to come (seen on Linux 6.18).
      if (got == 0) return read_once(most, outcome);
      const int error = errno;
      if (error == EINTR) continue;
      if (error == EAGAIN) {
        if (is_stuck()) return read_once(most, outcome);
        return give_back({source_, POLLIN}, calls_, outcome);
      }
      if (!may_fall_back(error, ever_in_)) {
        if (::sockatmark(source_) != 1) return fail(Side::source, error, outcome);
        // It did not look behind the urgent mark, and took the error off the socket: first the
        // bytes that wait there, then the error.
        error_behind_mark_ = error;
      }
      leave_splice();
    }
    if (buffer_.fill(source_, most, calls_, outcome)) return true;
    if (outcome.ended == Ended::eof && error_behind_mark_ != 0)
      return fail(Side::source, error_behind_mark_, outcome);
    return false;
  }

  /// One read where splice does not tell what there is. What it says is final: a socket gives an
  /// error but once. False when the transfer ends here; else there are bytes, or splice is to be
  /// asked again.
  bool read_once(std::uint64_t most, Outcome& outcome) {
    const std::int64_t got = buffer_.read_into(source_, most);
    ++calls_.in;
    if (got > 0) {
      outcome.in += static_cast<std::uint64_t>(got);
      return true;
    }
    if (got == 0) {
      outcome.ended = Ended::eof;
      return false;
    }
    if (errno == EINTR || errno == EAGAIN) return true;
    return fail(Side::source, errno, outcome);
  }

  /// splice stops at urgent data (MSG_OOB) and says EAGAIN for ever while poll says readable: true
  /// after the second such answer. One plain read gets past the mark.
  bool is_stuck() {
    if (++empty_polls_ < 3) return false;
    empty_polls_ = 0;
    pollfd ready{source_, POLLIN, 0};
    return ::poll(&ready, 1, 0) > 0;
  }

  std::int64_t wanted_;
  std::int64_t piece_;
  std::int64_t pipe_size_ = 0;  ///< 0: no pipe
  int source_ = -1;
  int sink_ = -1;
  Fd pipe_in_;
  Fd pipe_out_;
  std::uint64_t in_pipe_ = 0;
  bool spliced_ = true;  ///< false: on read and write from now on
  bool ever_in_ = false;
  bool ever_out_ = false;
  int empty_polls_ = 0;
  int error_behind_mark_ = 0;  ///< of the source; told when read has given all that was before it
  CopyBuffer buffer_;
};

const RegisterEngine registration({
    .name = "splice",
    .help =
        "splice(2) through a pipe, emptied before it is filled again; read and write where splice "
        "is refused",
    .parameters = {EngineParameter::size("pipe", 1 << 20, 1 << 30,
                                         "bytes asked of F_SETPIPE_SZ; 1MiB, as Go"),
                   EngineParameter::size("piece", 0, 1 << 30,
                                         "bytes asked for in a call, at most what the pipe holds")
                       .or_word("pipe")},
    .make =
        [](const EngineValues& values) {
          return std::make_unique<SpliceEngine>(values.at("pipe"), values.at("piece"));
        },
    .sources = kStreamsAndFiles,
    .sinks = kStreamsAndFiles,
    .descriptors = 2,
});

}  // namespace

}  // namespace splicebench
