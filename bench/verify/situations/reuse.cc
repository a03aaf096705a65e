// One process, many connections: nothing of one is seen by the next, nothing is left behind.

#include <fmt/format.h>
#include <sys/socket.h>
#include <unistd.h>

#include <string>
#include <thread>

#include "bench/verify/situation.h"
#include "bench/verify/trial.h"
#include "harness/system/process_tree.h"

namespace splicebench {

namespace {

/// A connection whose reader is gone leaves bytes between source and sink; the next one is whole.
void residue(Trial& trial) {
  for (int connection = 0; connection < 5; ++connection) {
    Script broken;
    broken.writing.bytes = 16 << 20;
    broken.reading.stop_at = 0;
    broken.expected = Expected{Ended::error, Side::sink, {EPIPE, ECONNRESET}, {}};
    trial.relay(broken);
    trial.reopen();
    Script whole;
    whole.writing.bytes = 100000;
    trial.relay(whole);
    trial.reopen();
  }
}

constexpr unsigned kSecondsForOne = 5;

/// As many connections as asked for, `use`d and closed; then all descriptors are closed again. A
/// connection that hangs ends the cell: SIGALRM.
template <typename Use>
void repeat(Trial& trial, int times, Use use) {
  const std::size_t before = open_descriptors();
  for (int i = 0; i < times; ++i) {
    trial.reopen();
    ::alarm(kSecondsForOne);
    use();
    ::alarm(0);
    // By reset: ten thousand connections in TIME_WAIT would use up the ports.
    if (trial.has_writer()) leave(trial.ends().writer, Leave::reset);
    if (trial.has_reader()) leave(trial.ends().reader, Leave::reset);
    if (!trial.failures().empty()) {
      trial.expect(false, fmt::format("at connection {}", i + 1));
      return;
    }
  }
  trial.reopen();
  const std::size_t after = open_descriptors();
  trial.expect(after == before,
               fmt::format("{} descriptors were open before and {} after", before, after));
}

void many_relays(Trial& trial, int times) {
  repeat(trial, times, [&trial] {
    constexpr std::uint64_t kBytes = 5;
    const int source = trial.ends().source.get();
    const int sink = trial.ends().sink.get();
    Writing writing;
    writing.bytes = kBytes;
    writing.leave = Leave::keep;
    Trial::feed(trial.ends(), writing);
    trial.expect_outcome({Ended::limit, Side::none, {}, kBytes},
                         trial.drive(*trial.engine(source, sink), source, sink, kBytes));
    if (trial.has_reader())
      trial.expect_arrived("at the reader", kBytes,
                           read_rest(trial.ends().reader.get(), 0, kBytes));
  });
}

/// Both ways: "foo" up, the end down again.
void two_way_foo(Trial& trial) {
  repeat(trial, 500, [&trial] {
    const int source = trial.ends().source.get();
    const int sink = trial.ends().sink.get();
    std::thread down([&] {
      trial.expect_outcome({Ended::eof, Side::none, {}, 0},
                           trial.drive(*trial.engine(sink, source), sink, source, kNever));
    });
    Writing writing;
    writing.bytes = 3;
    write_content(trial.ends().writer, writing);
    const Outcome up = trial.drive(*trial.engine(source, sink), source, sink, kNever);
    ::shutdown(sink, SHUT_WR);
    const Arrived foo = read_rest(trial.ends().reader.get(), 0, 4);
    ::shutdown(trial.ends().reader.get(), SHUT_WR);
    down.join();
    trial.expect_outcome({Ended::eof, Side::none, {}, 3}, up);
    trial.expect_arrived("at the reader", 3, foo);
  });
}

std::string once(const Subject& subject) {
  return subject.handling == Handling::non_blocking ? "" : "long use is tried non-blocking only";
}

std::string once_with_both_peers(const Subject& subject) {
  const std::string reason = needs_both_peers(subject);
  return reason.empty() ? once(subject) : reason;
}

}  // namespace

std::vector<Situation> reuse_situations() {
  return {
      {"reuse", "residue of a broken connection", residue, needs_reader, true},
      {"reuse", "200 relays one after the other", [](Trial& trial) { many_relays(trial, 200); },
       once, true},
      {"reuse", "10000 relays one after the other", [](Trial& trial) { many_relays(trial, 10000); },
       once, false, 120},
      {"reuse", "500 times \"foo\" both ways", two_way_foo, once_with_both_peers, false, 60},
  };
}

}  // namespace splicebench
