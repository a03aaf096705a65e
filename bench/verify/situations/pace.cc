// Slow and stalled peers: all arrives, memory stays bounded, and waiting costs no CPU time.

#include <fmt/format.h>
#include <sys/socket.h>

#include <algorithm>
#include <memory>

#include "bench/verify/situation.h"
#include "bench/verify/trial.h"
#include "harness/system/process.h"

namespace splicebench {

namespace {

constexpr double kIdleShare = 0.05;  ///< of a stall that an engine may compute

/// Small pieces through small TCP buffers wait for window timers: 25 s were seen.
constexpr double kPatience = 90;

/// What a writer has to say to a slow reader: enough to be seen when somebody keeps it in memory.
constexpr std::uint64_t kPlenty = 3 << 20;

void expect_idle(Trial& trial, double seconds) {
  trial.expect(trial.cost().wall_seconds >= seconds / 2,
               fmt::format("the stall of {} s was not felt: {} s in all", seconds,
                           trial.cost().wall_seconds));
  trial.expect(
      trial.cost().cpu_seconds < kIdleShare * seconds,
      fmt::format("{:.4f} s of CPU time in a stall of {} s", trial.cost().cpu_seconds, seconds));
  trial.expect_bounded_memory();
}

/// 64 KiB/s through sockets that hold little; the rest at once.
void slow_reader(Trial& trial) {
  trial.shrink();
  Script script;
  script.writing.bytes = kPlenty;
  script.reading.size = 2048;
  script.reading.pause = 1.0 / 32;
  script.reading.pause_until = 192 << 10;
  trial.relay(script);
  expect_idle(trial, 1.5);
}

/// A byte every 10 ms.
void slow_writer(Trial& trial) {
  Script script;
  script.writing.bytes = 100;
  script.writing.size = 1;
  script.writing.pause = 0.01;
  trial.relay(script);
  expect_idle(trial, 1);
}

void both_slow(Trial& trial) {
  trial.shrink();
  Script script;
  script.writing.bytes = 256 << 10;
  script.writing.size = 2000;
  script.writing.pause = 0.01;
  script.reading.size = 3000;
  script.reading.pause = 0.02;
  trial.relay(script);
  expect_idle(trial, 0.5);
}

void reader_stalls(Trial& trial, double seconds) {
  trial.shrink();
  Script script;
  script.writing.bytes = kPlenty;
  script.reading.stall_at = 64 << 10;
  script.reading.stall = seconds;
  trial.relay(script);
  expect_idle(trial, seconds);
}

void writer_stalls(Trial& trial, double seconds) {
  Script script;
  script.writing.bytes = 256 << 10;
  script.writing.stall_at = 128 << 10;
  script.writing.stall = seconds;
  trial.relay(script);
  expect_idle(trial, seconds);
}

/// Nothing is kept back in the hope of more: the kernel would, for 200 ms, when told that more
/// comes (SPLICE_F_MORE, MSG_MORE). The quickest of some tries counts, for a busy machine's sake.
void last_piece_at_once(Trial& trial) {
  constexpr std::uint64_t kBytes = 100;
  constexpr double kHeldBack = 0.1;
  const int source = trial.ends().source.get();
  const int sink = trial.ends().sink.get();
  const std::unique_ptr<Engine> engine = trial.engine(source, sink);
  double quickest = 1;
  for (int i = 0; i < 40 && quickest >= kHeldBack; ++i) {
    const std::string piece(kBytes, 'x');
    trial.expect(::send(trial.ends().writer.get(), piece.data(), kBytes, MSG_NOSIGNAL) == kBytes,
                 "the source took no bytes");
    const double begin = monotonic_seconds();
    trial.expect_outcome({Ended::limit, Side::none, {}, kBytes},
                         trial.drive(*engine, source, sink, kBytes));
    std::string arrived(kBytes, '\0');
    const ssize_t got =
        ::recv(trial.ends().reader.get(), arrived.data(), arrived.size(), MSG_WAITALL);
    trial.expect(got == kBytes && arrived == piece, "the reader got something else");
    quickest = std::min(quickest, monotonic_seconds() - begin);
  }
  trial.expect(quickest < kHeldBack, fmt::format("the last piece took {:.3f} s at best", quickest));
}

/// What a fast writer has to say is not piled up anywhere.
void fast_writer_stalled_reader(Trial& trial) {
  Script script;
  script.writing.bytes = 64 << 20;
  script.reading.stall_at = 1 << 20;
  script.reading.stall = 0.5;
  trial.relay(script);
  trial.expect_bounded_memory();
}

}  // namespace

std::vector<Situation> pace_situations() {
  return {
      {"pace", "last piece at once", last_piece_at_once, needs_both_peers, true},
      {"pace", "slow reader, 64 KiB/s", slow_reader, needs_reader, true, kPatience},
      {"pace", "slow writer, 1 B in 10 ms", slow_writer, needs_writer, true},
      {"pace", "both slow", both_slow, needs_both_peers, false},
      {"pace", "reader stalls for 1 s", [](Trial& trial) { reader_stalls(trial, 1); }, needs_reader,
       true, kPatience},
      {"pace", "reader stalls for 5 s", [](Trial& trial) { reader_stalls(trial, 5); }, needs_reader,
       false, kPatience},
      {"pace", "writer stalls for 1 s", [](Trial& trial) { writer_stalls(trial, 1); }, needs_writer,
       true},
      {"pace", "writer stalls for 5 s", [](Trial& trial) { writer_stalls(trial, 5); }, needs_writer,
       false},
      {"pace", "fast writer, stalled reader", fast_writer_stalled_reader, needs_reader, false},
  };
}

}  // namespace splicebench
