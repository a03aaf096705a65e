// What the relay's process says of a transfer, where the test knows better: figures of the timed
// part alone, of the right sockets, CPUs and clocks.

#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "bench/testing/scripted_relay.h"
#include "bench/verify/sanitized.h"
#include "harness/machine/counters.h"
#include "harness/machine/net_counters.h"
#include "harness/system/process.h"
#include "harness/system/socket_facts.h"

namespace splicebench {
namespace {

class RelayFigures : public testing::ScriptedRelay {
 protected:
  /// The sample begins, up to where it waits for the word.
  void begin() {
    task_.waits = true;
    say(control_.first, task_);
    EXPECT_EQ(text_of(hear_ready().error), "");
    wait_until_asleep();
  }

  std::string file(const Fd& of) const {
    std::string text(1000, '\0');
    const ssize_t got = ::pread(of.get(), text.data(), text.size(), 0);
    return text.substr(0, static_cast<std::size_t>(std::max<ssize_t>(got, 0)));
  }
};

TEST_F(RelayFigures, OfAFileThatIsReadBeginAtItsBeginAgain) {
  task_.warmup_bytes = 4;
  task_.warmup_pieces = 1;
  start(kFromFile);
  ASSERT_EQ(::write(sources_[0].second.get(), "0123456789abcdef", 16), 16);
  ::lseek(sources_[0].second.get(), 0, SEEK_SET);
  say_ready();
  say_passed(4, false);
  say_passed(10);
  EXPECT_EQ(run(), "");
  EXPECT_EQ(receive(sinks_[0].first, 14), "01230123456789");
  EXPECT_EQ(report_.usage.calls.value().in, 1);
}

TEST_F(RelayFigures, OfAFileThatIsWrittenBeginWithAnEmptyOne) {
  task_.warmup_bytes = 40;
  task_.warmup_pieces = 1;
  start(kToFile);
  say_ready();
  say_passed(40, false);
  say_passed(10);
  send_all(sources_[0].first, std::string(40, 'w') + "0123456789");
  EXPECT_EQ(run(), "");
  EXPECT_EQ(file(sinks_[0].second), "0123456789");
}

/// Of files that are none.
class RelayOddFiles : public RelayFigures {
 protected:
  void before_it_starts() override {
    // What a file has of them is `second`.
    const Fd& file = task_.kinds.source == EndKind::file ? sources_[0].second : sinks_[0].second;
    ASSERT_GE(::dup2(odd_.get(), file.get()), 0);
  }
  void warm_up(PathKinds kinds) {
    task_.warmup_bytes = 4;
    task_.warmup_pieces = 1;
    start(kinds);
    say_ready();
    say_passed(4, false);
  }

  Fd odd_;
};

TEST_F(RelayOddFiles, SayWhatCannotBeDoneAgain) {
  int pipe[2];
  ASSERT_EQ(::pipe2(pipe, O_CLOEXEC), 0);
  Fd written(pipe[1]);
  odd_ = Fd(pipe[0]);
  ASSERT_EQ(::write(written.get(), "0123456789", 10), 10);
  warm_up(kFromFile);
  EXPECT_EQ(run(), "rewind the file of the source: Illegal seek");

  const Fd read = std::exchange(odd_, std::move(written));
  warm_up(kToFile);
  send_all(sources_[0].first, "0123456789");
  EXPECT_EQ(run(), "rewind the file of the sink: Illegal seek");

  odd_ = Fd(::memfd_create("grows", MFD_CLOEXEC | MFD_ALLOW_SEALING));
  ASSERT_EQ(::fcntl(odd_.get(), F_ADD_SEALS, F_SEAL_SHRINK), 0);
  warm_up(kToFile);
  send_all(sources_[0].first, "0123456789");
  EXPECT_EQ(run(), "truncate the file of the sink: Operation not permitted");
}

TEST_F(RelayFigures, OfAFallBackInTheWarmUpSayThatItIsStillSo) {
  set_mode("splice");
  task_.warmup_bytes = 4;
  task_.warmup_pieces = 1;
  start(kToFile);
  // Which splice(2) refuses.
  ::fcntl(sinks_[0].second.get(), F_SETFL, O_APPEND);
  say_ready();
  say_passed(4, false);
  say_passed(10);
  send_all(sources_[0].first, "0123012345");
  send_all(sources_[0].first, "6789");
  EXPECT_EQ(run(), "");
  EXPECT_EQ(report_.usage.calls.value().fallback, 1);
  EXPECT_EQ(file(sinks_[0].second), "0123456789");
}

TEST_F(RelayFigures, WithoutAReaderHaveTheMarksOfTheRelay) {
  task_.bytes = 15;
  start(kToFile);
  say_ready();
  say(writer_.second, all_of(15));
  begin();
  const double began = monotonic_seconds();
  say(control_.first, RelayGo());
  std::array<std::pair<double, double>, 15> within;
  for (std::size_t byte = 0; byte < within.size(); ++byte) {
    within[byte].first = monotonic_seconds();
    send_all(sources_[0].first, "x");
    // Until it has it, and waits for the next or to tell.
    EXPECT_TRUE(testing::eventually([&] { return file(sinks_[0].second).size() == byte + 1; }));
    wait_until_asleep();
    within[byte].second = monotonic_seconds();
  }
  say(writer_.second, PeerReport());
  const RelayReport report = hear_report();
  EXPECT_EQ(text_of(report.error), "");
  EXPECT_GE(report.started, began);
  for (std::size_t part = 0; part < kMarks; ++part) {
    const std::size_t last = (15 * (part + 1) + 7) / 8 - 1;  // 1, 3, ... 13, 14
    EXPECT_GE(report.marks[part], within[last].first) << part;
    EXPECT_LE(report.marks[part], within[last].second) << part;
  }
  EXPECT_LE(report.marks.back(), report.started + report.usage.seconds);
}

TEST_F(RelayFigures, OfFewBytesToAFileAreAskedForInEighthsAndNoneTwice) {
  task_.bytes = 4;
  start(kToFile, 2);
  say_ready();
  for (const std::uint64_t bytes : {4U, 80U}) {
    task_.bytes = bytes;
    say_passed(bytes);
    send_all(sources_[task_.connection].first, std::string(bytes, 'x'));
    EXPECT_EQ(run(), "");
    EXPECT_EQ(report_.in, bytes);
    EXPECT_EQ(report_.out, bytes);
    EXPECT_EQ(report_.usage.calls.value().in, bytes == 4 ? 4 : 8);
    ++task_.connection;
  }
}

/// Whose sockets were used before.
class RelayUsedSockets : public RelayFigures {
 protected:
  void before_it_starts() override {
    for (int i = 0; i < 50; ++i) {
      for (const SocketPair* const pair : {&sources_[0], &sinks_[0]}) {
        send_all(pair->first, "x");
        send_all(pair->second, "y");
      }
    }
    source_ = facts_of(sources_[0].second.get());
    sink_ = facts_of(sinks_[0].second.get());
  }

  std::optional<SocketFacts> source_;
  std::optional<SocketFacts> sink_;
};

TEST_F(RelayUsedSockets, CountWhatWasSentInTheTimedPartAlone) {
  task_.warmup_bytes = 4;
  task_.warmup_pieces = 1;
  start(kTcp);
  say_ready();
  say_passed(4, false);
  say(reader_.second, all_of(10));
  PeerReport writer = all_of(10);
  writer.socket.emplace().receive_queue = 1;
  say(writer_.second, writer);
  PeerReport later;
  later.socket.emplace().receive_queue = 42;
  say(writer_.second, later);
  EXPECT_EQ(run(), "");
  EXPECT_EQ(report_.writer.socket.value().receive_queue, 42) << "as it was at last";
  const Facts& facts = report_.facts;
  ASSERT_TRUE(facts.source && facts.sink);
  // It has 36 bytes of the source left, and 50 of the sink's other way.
  EXPECT_EQ(facts.source->receive_queue, 36);
  EXPECT_EQ(facts.sink->receive_queue, 50);
  EXPECT_GE(facts.sink->segments_out.value(), 1);
  EXPECT_LT(facts.sink->segments_out.value(), sink_.value().segments_out.value());
  EXPECT_GE(facts.source->segments_out.value(), 0);
  EXPECT_LT(facts.source->segments_out.value(), source_.value().segments_out.value());
}

TEST_F(RelayFigures, OfTheNetworkAreOfTheTimedPartAlone) {
  const NetCounters counters;
  start(kSockets);
  say_ready();
  say_passed(10);
  // A window that closes before.
  SocketPair full = tcp_pair();
  set_nonblocking(full.first.get());
  const std::string much(1 << 20, 'x');
  const NetFacts begin_all = counters.read();
  if (!begin_all.zero_windows) GTEST_SKIP() << "this kernel counts none";
  const bool closed = testing::eventually([&] {
    ::send(full.first.get(), much.data(), much.size(), MSG_NOSIGNAL);
    return counters.read().zero_windows.value() > begin_all.zero_windows.value();
  });
  EXPECT_TRUE(closed);
  begin();
  const NetFacts before = counters.read();
  send_all(sources_[0].first, "0123456789");
  say(control_.first, RelayGo());
  report_ = hear_report();
  EXPECT_EQ(text_of(report_.error), "");
  const NetFacts around = counters.read() - before;
  for (const NetCount& one : kNetCounts) {
    ASSERT_EQ((report_.facts.net.*one.value).has_value(), (around.*one.value).has_value());
    EXPECT_LE((report_.facts.net.*one.value).value_or(0), (around.*one.value).value_or(0))
        << one.name;
    EXPECT_GE((report_.facts.net.*one.value).value_or(0), 0) << one.name;
  }
}

TEST_F(RelayFigures, OfTheProcessAreOfTheTimedPartAlone) {
  start(kSockets);
  say_ready();
  begin();
  say(control_.first, RelayGo());
  wait_until_asleep();  // for bytes
  send_all(sources_[0].first, "01234");
  EXPECT_EQ(receive(sinks_[0].first, 5), "01234");
  wait_until_asleep();
  send_all(sources_[0].first, "56789");
  EXPECT_EQ(receive(sinks_[0].first, 5), "56789");
  wait_until_asleep();  // for its reader
  say_passed(10);
  report_ = hear_report();
  const Usage& usage = report_.usage;
  EXPECT_EQ(usage.voluntary_switches, report_.facts.relay_process.voluntary_switches);
  EXPECT_GE(usage.voluntary_switches.value(), 3);
  EXPECT_LE(usage.voluntary_switches.value(), 20) << "three waits are within the clock";
  EXPECT_LE(report_.facts.relay_process.minor_faults.value(), 50);
  EXPECT_GE(usage.relay.value().total(), 0);
  EXPECT_LE(usage.relay->total(), usage.seconds);
  EXPECT_EQ(usage.calls.value().wait, 2);
  EXPECT_EQ(usage.calls->in, 4) << "two that gave and two that did not";
  EXPECT_EQ(usage.calls->eagain, 2);
  // The sanitizers count them themselves.
  EXPECT_EQ(usage.allocations, kSanitized ? Count() : 0);
  EXPECT_EQ(usage.allocated_bytes, kSanitized ? Count() : 0);
  const HardwareCounters::Values here = HardwareCounters().read();
  EXPECT_EQ(usage.instructions.has_value(), here.instructions.has_value());
  EXPECT_EQ(usage.cycles.has_value(), here.cycles.has_value());
  EXPECT_GE(usage.instructions.value_or(1), 1);
  EXPECT_GE(usage.cycles.value_or(1), 1);
}

}  // namespace
}  // namespace splicebench
