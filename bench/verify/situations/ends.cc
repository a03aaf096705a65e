// How connections end: in order, by reset, by a peer that is gone.

#include <fcntl.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <string>

#include "bench/verify/situation.h"
#include "bench/verify/trial.h"
#include "harness/network/sockets.h"
#include "harness/system/sys.h"

namespace splicebench {

namespace {

constexpr int kArrivalMilliseconds = 5000;

/// The sink still takes bytes.
void expect_usable_sink(Trial& trial) {
  const std::string bye = "bye";
  trial.expect(::write(trial.ends().sink.get(), bye.data(), bye.size()) == 3,
               "the sink no longer takes bytes");
  if (!trial.has_reader()) return;
  char arrived[4] = {};
  trial.expect(::recv(trial.ends().reader.get(), arrived, 3, MSG_WAITALL) == 3 && arrived == bye,
               "what was sent afterwards did not arrive at the reader");
}

void at_its_end(Trial& trial) {
  leave(trial.ends().writer, Leave::close);
  const int source = trial.ends().source.get();
  const int sink = trial.ends().sink.get();
  trial.expect_outcome({Ended::eof, Side::none, {}, 0},
                       trial.drive(*trial.engine(source, sink), source, sink, kNever));
  expect_usable_sink(trial);
}

/// Go's readerAtEOF: the relay's own descriptor is closed.
void closed_source(Trial& trial) {
  const int source = trial.ends().source.get();
  const int sink = trial.ends().sink.get();
  const std::unique_ptr<Engine> engine = trial.engine(source, sink);
  trial.ends().source.reset();
  trial.expect_outcome({Ended::error, Side::source, {EBADF}, 0},
                       trial.drive(*engine, source, sink, kNever));
  expect_usable_sink(trial);
}

void wait_until_queued(int fd, int bytes) {
  for (int tenths = 0; tenths < kArrivalMilliseconds / 10; ++tenths) {
    int queued = 0;
    if (::ioctl(fd, FIONREAD, &queued) == 0 && queued >= bytes) return;
    ::poll(nullptr, 0, 10);
  }
}

/// Bytes, then a reset: closing with bytes unread is one on TCP and AF_UNIX alike.
void reset_after_bytes(Trial& trial) {
  constexpr int kBytes = 5000;
  if (::send(trial.ends().source.get(), "x", 1, MSG_NOSIGNAL) != 1)
    throw NotApplicable("this source cannot be written to");
  wait_until_queued(trial.ends().writer.get(), 1);
  Script script;
  script.writing.bytes = kBytes;
  script.writing.leave = Leave::close;
  script.queued = true;
  script.expected = Expected{Ended::error, Side::source, {ECONNRESET}, kBytes};
  trial.relay(script);
}

/// The reset comes while splice says EAGAIN, as it does at an urgent mark, so that another call is
/// the one that sees it. A socket tells it but once: whoever asks again is told of an orderly end.
void reset_behind_eagain(Trial& trial) {
  if (::send(trial.ends().source.get(), "x", 1, MSG_NOSIGNAL) != 1)
    throw NotApplicable("this source cannot be written to");
  wait_until_queued(trial.ends().writer.get(), 1);
  Script script;
  script.writing.leave = Leave::close;
  script.queued = true;
  for (const int nth : {1, 2, 3}) script.injections.push_back({Call::splice_in, EAGAIN, nth});
  script.expected = Expected{Ended::error, Side::source, {ECONNRESET}, 0};
  trial.relay(script);
}

void reset_in_mid_stream(Trial& trial) {
  Script script;
  script.writing.bytes = 8 << 20;
  script.writing.leave = Leave::reset;
  script.expected = Expected{Ended::error, Side::source, {ECONNRESET}, {}};
  trial.relay(script);
}

void reader_gone(Trial& trial, std::uint64_t after, Leave how) {
  Script script;
  script.writing.bytes = 16 << 20;
  script.reading.stop_at = after;
  script.reading.leave = how;
  script.expected = Expected{Ended::error, Side::sink, {EPIPE, ECONNRESET}, {}};
  const Outcome outcome = trial.relay(script);
  trial.expect(outcome.out >= after, "the reader saw more than was delivered");
}

/// EPIPE, and what the engine took from the source is still in it: when another reader takes the
/// place of the one that is gone, it gets every byte.
void unix_reader_gone(Trial& trial) {
  constexpr std::uint64_t kBytes = 5000;
  SocketPair gone = unix_pair();
  trial.replace_sink(std::move(gone.second), Fd());
  gone.first.reset();
  const int source = trial.ends().source.get();
  const int sink = trial.ends().sink.get();
  Writing writing;
  writing.bytes = kBytes;
  write_content(trial.ends().writer, writing);
  const std::unique_ptr<Engine> engine = trial.engine(source, sink);
  const Outcome broken = trial.drive(*engine, source, sink, kNever);
  trial.expect_outcome({Ended::error, Side::sink, {EPIPE}, 0}, broken);
  trial.expect(broken.left > 0 && broken.left == broken.in,
               "what was taken is not left: " + describe(broken));

  SocketPair next = unix_pair();
  ::fcntl(next.second.get(), F_SETFL, ::fcntl(sink, F_GETFL));  // blocking or not, as was asked for
  check(::dup3(next.second.get(), sink, O_CLOEXEC), "replace", "the sink");
  trial.expect_outcome({Ended::eof, Side::none, {}, kBytes},
                       trial.drive(*engine, source, sink, kNever, broken.left));
  trial.expect_arrived("at the next reader", kBytes, read_rest(next.first.get(), 0, kBytes));
}

void writer_gone(Trial& trial) {
  Script script;
  script.writing.bytes = 1234567;
  script.writing.leave = Leave::close;
  trial.relay(script);
}

}  // namespace

std::vector<Situation> end_situations() {
  return {
      {"ends", "source at its end", at_its_end, nullptr, true},
      {"ends", "source closed under the engine (Go: readerAtEOF)", closed_source, nullptr, true},
      {"ends", "writer gone", writer_gone, nullptr, true},
      {"ends", "reset after queued bytes", reset_after_bytes, nullptr, true},
      {"ends", "reset while splice says EAGAIN", reset_behind_eagain, nullptr, true},
      {"ends", "reset in mid-stream", reset_in_mid_stream, needs_tcp_source, true},
      {"ends", "reader gone before the first byte",
       [](Trial& trial) { reader_gone(trial, 0, Leave::close); }, needs_reader, true},
      {"ends", "reader of a unix sink gone", unix_reader_gone, needs_both_peers, true},
      {"ends", "reader gone in mid-stream",
       [](Trial& trial) { reader_gone(trial, 1000000, Leave::close); }, needs_reader, true},
      {"ends", "reader resets in mid-stream",
       [](Trial& trial) { reader_gone(trial, 1000000, Leave::reset); }, needs_reader, false},
  };
}

}  // namespace splicebench
