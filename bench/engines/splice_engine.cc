#include "bench/engines/splice_engine.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "bench/engines/fall_back.h"

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

}  // namespace

ssize_t Splicing::in(int source, int pipe_in, int /*pipe_out*/, int /*sink*/, std::size_t most) {
  return ::splice(source, nullptr, pipe_in, nullptr, most, SPLICE_F_MOVE | SPLICE_F_NONBLOCK);
}

ssize_t Splicing::out(int pipe_out, int sink, std::size_t size) {
  // No SPLICE_F_MORE: on the last piece it holds the bytes back for 200 ms, and which piece is the
  // last is known only when the source has ended.
  return ::splice(pipe_out, nullptr, sink, nullptr, size, SPLICE_F_MOVE | SPLICE_F_NONBLOCK);
}

void SpliceEngine::prepare(int source, int sink) {
  set_pair(source, sink);
  buffer_.allocate(kFallbackBuffer);
  int ends[2];
  if (is_message_socket(source) || is_message_socket(sink) || !splicing_->prepare() ||
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

void SpliceEngine::rebind(int source, int sink) {
  if (!pipe_in_) {
    prepare(source, sink);  // there may be descriptors for a pipe now
    return;
  }
  set_pair(source, sink);
}

Outcome SpliceEngine::transfer(std::uint64_t limit) {
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

std::vector<Granted> SpliceEngine::granted() const {
  std::vector<Granted> all = splicing_->granted();
  all.push_back({"pipe", pipe_size_, wanted_});
  return all;
}

std::vector<EngineParameter> SpliceEngine::parameters() {
  return {
      EngineParameter::size("pipe", 1 << 20, 1 << 30, "bytes asked of F_SETPIPE_SZ; 1MiB, as Go"),
      EngineParameter::size("piece", 0, 1 << 30,
                            "bytes asked for in a call, at most what the pipe holds")
          .or_word("pipe")};
}

void SpliceEngine::set_pair(int source, int sink) {
  source_ = source;
  sink_ = sink;
  spliced_ = true;
  ever_in_ = false;
  ever_out_ = false;
  empty_polls_ = 0;
  error_behind_mark_ = 0;
  buffer_.begin_anew();
}

void SpliceEngine::leave_splice() {
  if (!spliced_) return;
  spliced_ = false;
  ++calls_.fallback;
}

bool SpliceEngine::drain(Outcome& outcome) {
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

/// A true error of `side`, or of what splices.
bool SpliceEngine::fail_splice(Side side, int error, Outcome& outcome) {
  return splicing_->broken() != 0 ? fail(Side::source, splicing_->broken(), outcome)
                                  : fail(side, error, outcome);
}

bool SpliceEngine::may_leave(int error, bool worked) const {
  return splicing_->broken() == 0 && may_fall_back(error, worked);
}

/// One splice from the pipe into the sink.
bool SpliceEngine::splice_out(Outcome& outcome) {
  const ssize_t put = splicing_->out(pipe_out_.get(), sink_, in_pipe_);
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
  if (!may_leave(errno, ever_out_)) return fail_splice(Side::sink, errno, outcome);
  leave_splice();
  return true;
}

/// Bytes left in the pipe when splice refuses the sink: back through the buffer.
bool SpliceEngine::take_back(Outcome& outcome) {
  const std::int64_t got = buffer_.read_into(pipe_out_.get(), in_pipe_);
  ++calls_.in;
  if (got > 0) {
    in_pipe_ -= static_cast<std::uint64_t>(got);
    return true;
  }
  // No end: the pipe is open for writing, too.
  return errno == EINTR || fail(Side::source, errno, outcome);
}

bool SpliceEngine::fill(std::uint64_t most, Outcome& outcome) {
  while (spliced_) {
    const std::int64_t piece = piece_ > 0 ? std::min(piece_, pipe_size_) : pipe_size_;
    const std::size_t asked = std::min<std::uint64_t>(most, static_cast<std::uint64_t>(piece));
    const ssize_t got = splicing_->in(source_, pipe_in_.get(), pipe_out_.get(), sink_, asked);
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
    if (!may_leave(error, ever_in_)) {
      if (::sockatmark(source_) != 1) return fail_splice(Side::source, error, outcome);
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
bool SpliceEngine::read_once(std::uint64_t most, Outcome& outcome) {
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
bool SpliceEngine::is_stuck() {
  if (++empty_polls_ < 3) return false;
  empty_polls_ = 0;
  pollfd ready{source_, POLLIN, 0};
  return ::poll(&ready, 1, 0) > 0;
}

}  // namespace splicebench
