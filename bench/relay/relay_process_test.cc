// The relay's process against peers and a runner that say what they like: what it believes, what it
// tells, what is whose.

#include <sched.h>

#include <cerrno>
#include <thread>

#include "bench/testing/scripted_relay.h"
#include "harness/system/process.h"

namespace splicebench {
namespace {

using RelayProcess = testing::ScriptedRelay;

void pause() { std::this_thread::sleep_for(std::chrono::milliseconds(5)); }

cpu_set_t set_of(std::initializer_list<int> cpus) {
  cpu_set_t set;
  CPU_ZERO(&set);
  for (const int cpu : cpus) CPU_SET(cpu, &set);
  return set;
}

TEST_F(RelayProcess, MovesTheBytesAndTellsWhoItsEngineIs) {
  start(kSockets);
  say_ready();
  say_passed(10);
  send_all(sources_[0].first, "0123456789 and what is over");
  say(control_.first, task_);
  const std::vector<Granted> granted = granted_in(hear_ready());
  ASSERT_EQ(granted.size(), 1U);
  EXPECT_EQ(granted[0].name, "buffer");
  EXPECT_EQ(granted[0].got, 32 << 10);
  const double before = monotonic_seconds();
  const RelayReport report = hear_report();
  EXPECT_EQ(text_of(report.error), "");
  EXPECT_EQ(receive(sinks_[0].first, 10), "0123456789");
  EXPECT_EQ(report.in, 10U);
  EXPECT_EQ(report.out, 10U);
  EXPECT_EQ(report.left, 0U);
  EXPECT_EQ(report.reader.bytes, 10U);
  EXPECT_EQ(report.writer.bytes, 10U);
  EXPECT_LE(report.started, monotonic_seconds());
  EXPECT_GE(report.usage.seconds, 0);
  EXPECT_LE(report.started + report.usage.seconds, monotonic_seconds());
  EXPECT_GE(report.started + 20, before);
  EXPECT_EQ(report.usage.calls.value().in, 1);
  EXPECT_EQ(report.usage.calls->out, 1);
  EXPECT_EQ(report.warmup_pieces, 0U);
  EXPECT_EQ(report.usage.warmup_seconds, 0);
  EXPECT_FALSE(report.flows);
  EXPECT_FALSE(report.control_round_trip);
}

TEST_F(RelayProcess, TellsEachPeerWhatIsItsOwnAndBothTheTransfers) {
  task_.flows = 2;
  task_.peer_threads = 2;
  task_.chunk = 5;
  task_.seed = 77;
  task_.hashed = true;
  task_.warmup_bytes = 4;
  task_.warmup_pieces = 1;
  task_.writer_apart = true;
  task_.writer_cpus = set_of({1});
  task_.reader_cpus = set_of({2, 3});
  start(kSockets, 3);
  for (const Fd* const peer : {&writer_.second, &reader_.second}) {
    say(*peer, PeerReady{});
    say(*peer, PeerReport{});
    for (const std::uint64_t bytes : {4U, 10U}) {
      say(*peer, all_of(bytes));
      say(*peer, FlowReport{});
    }
  }
  for (int i = 0; i < 2; ++i) send_all(sources_[static_cast<std::size_t>(i)].first, "01234567");
  EXPECT_EQ(run(), "");
  for (const bool is_writer : {true, false}) {
    const Fd& peer = is_writer ? writer_.second : reader_.second;
    const PeerTask task = hear<PeerTask>(peer);
    EXPECT_EQ(task.chunk, 5U);
    EXPECT_EQ(task.flows, 2U);
    EXPECT_EQ(task.threads, 2U);
    EXPECT_EQ(task.apart, is_writer);
    const cpu_set_t cpus = is_writer ? task_.writer_cpus : task_.reader_cpus;
    EXPECT_TRUE(CPU_EQUAL(&task.cpus, &cpus));
    const Transfer open = hear<Transfer>(peer);
    EXPECT_EQ(open.bytes, 0U);
    EXPECT_FALSE(open.asks);
    for (const bool timed : {false, true}) {
      const Transfer transfer = hear<Transfer>(peer);
      EXPECT_EQ(transfer.bytes, timed ? 10U : 4U);
      EXPECT_EQ(transfer.connection, 0U);
      EXPECT_EQ(transfer.seed, 77U);
      EXPECT_EQ(transfer.hashed, timed);
      EXPECT_FALSE(transfer.asks);
      EXPECT_TRUE(hear<Transfer>(peer).asks) << "what its sockets did: up to the clock, since then";
    }
  }
  EXPECT_EQ(receive(sinks_[0].first, 7) + receive(sinks_[1].first, 7), "01234560123456");
  ASSERT_TRUE(report_.flows);
  EXPECT_FALSE(report_.flows->rates) << "so few bytes tell nothing of them";
}

TEST_F(RelayProcess, TakesTheNextSampleOnTheNextConnectionAndClosesTheOneBefore) {
  start(kSockets, 3);
  say_ready();
  for (std::uint32_t i = 0; i < 3; ++i) {
    task_.connection = i;
    say_passed(10);
    send_all(sources_[i].first, "0123456789");
    EXPECT_EQ(run(), "");
    EXPECT_EQ(receive(sinks_[i].first, 11), "0123456789") << "and its end";
    EXPECT_EQ(receive(sources_[i].first, 1), "");
    if (i == 0) hear<PeerTask>(writer_.second);
    for (const bool asks : {false, true}) {
      const Transfer transfer = hear<Transfer>(writer_.second);
      EXPECT_EQ(transfer.connection, i);
      EXPECT_EQ(transfer.asks, asks);
    }
  }
  control_.first.reset();
  EXPECT_EQ(relay_->wait(), 0) << "the runner is gone";
}

TEST_F(RelayProcess, SaysWhichPeerCouldNotGetReadyOrWasGone) {
  for (const bool is_writer : {true, false}) {
    const std::string who = is_writer ? "writer" : "reader";
    for (const bool is_gone : {true, false}) {
      start(kSockets);
      Fd& peer = is_writer ? writer_.second : reader_.second;
      say(is_writer ? reader_.second : writer_.second, PeerReady{});
      if (is_gone) {
        peer.reset();
      } else {
        say(peer, PeerReady{ENOMEM});
      }
      EXPECT_EQ(run(), "not ready: the " + who +
                           (is_gone ? " was gone before it was ready"
                                    : " could not get ready: Cannot allocate memory"));
      EXPECT_EQ(relay_->wait(), 0) << "it was told";
    }
  }
}

TEST_F(RelayProcess, TakesSamplesUnlessItIsToRelayBothWays) {
  start(kSockets, 1, {"one-way"});
  say_ready();
  say_passed(10);
  send_all(sources_[0].first, "0123456789");
  EXPECT_EQ(run(), "");
}

TEST_F(RelayProcess, SaysThatItCannotHaveTheEngine) {
  start(kSockets);
  set_mode("warp");
  EXPECT_EQ(run().substr(0, 43), "not ready: --modes: there is no engine 'war");
  EXPECT_EQ(relay_->wait(), 0);
}

TEST_F(RelayProcess, BelievesNoPeerThatSawSomethingElse) {
  struct Row {
    std::uint64_t writer;
    std::int32_t writer_error;
    std::uint64_t reader;
    std::int32_t reader_error;
    const char* sentence;
  };
  const Row rows[] = {
      {10, 0, 9, 0, "the reader saw 9 of 10 bytes"},
      {11, 0, 10, 0, "the writer saw 11 of 10 bytes"},
      {10, EPIPE, 10, 0, "writer: EPIPE (Broken pipe) after 10 of 10 bytes"},
      {9, EIO, 10, EOVERFLOW, "the reader got more than the 10 bytes that were sent"},
  };
  start(kSockets, std::size(rows));
  say_ready();
  for (const Row& row : rows) {
    PeerReport writer = all_of(row.writer);
    writer.error = row.writer_error;
    PeerReport reader = all_of(row.reader);
    reader.error = row.reader_error;
    say(reader_.second, reader);
    // Once it has heard of one that spoils all, it hears nobody else.
    if (row.reader == 10 && row.reader_error == 0) say(writer_.second, writer);
    send_all(sources_[task_.connection].first, "0123456789");
    EXPECT_EQ(run(), row.sentence);
    ++task_.connection;
  }
}

TEST_F(RelayProcess, TellsWhatTheEngineHadInsteadOfWaitingForAReader) {
  start(kSockets, 3);
  say_ready();
  // It says nothing of what it does not have.
  send_all(sources_[0].first, "01234");
  sources_[0].first.reset();
  EXPECT_EQ(run(),
            "relay: the source ended early: 5 of 10 bytes taken, 5 delivered, 0 left in the "
            "engine");
  EXPECT_EQ(report_.in, 5U);
  EXPECT_EQ(report_.out, 5U);
  ++task_.connection;
  send_all(sources_[1].first, "0123456789");
  sinks_[1].first.reset();
  EXPECT_EQ(run(),
            "relay: EPIPE (Broken pipe) on the sink: 10 of 10 bytes taken, 0 delivered, 10 "
            "left in the engine");
  EXPECT_EQ(report_.in, 10U);
  EXPECT_EQ(report_.out, 0U);
  EXPECT_EQ(report_.left, 10U);
  ++task_.connection;
  task_.warmup_bytes = 4;
  task_.warmup_pieces = 2;
  sources_[2].first.reset();
  EXPECT_EQ(run(),
            "in the warm-up: relay: the source ended early: 0 of 4 bytes taken, 0 "
            "delivered, 0 left in the engine");
}

TEST_F(RelayProcess, SaysWhoWasGoneWhen) {
  const char* const sentences[] = {
      "the reader was gone before the start",
      "the writer was gone before the start",
      "the reader was gone before it confirmed the last byte",
      "the writer was gone before its report",
      "the writer was gone when it was asked",
  };
  for (std::size_t i = 0; i < std::size(sentences); ++i) {
    start(kSockets);
    say_ready();
    task_.waits = true;
    say(control_.first, task_);
    EXPECT_EQ(text_of(hear_ready().error), "");
    send_all(sources_[0].first, "0123456789");
    if (i >= 3) say(reader_.second, all_of(10));
    if (i >= 4) say(writer_.second, all_of(10));
    Fd& gone = i == 0 || i == 2 ? reader_.second : writer_.second;
    if (i < 2) gone.reset();
    say(control_.first, RelayGo());
    if (i >= 2) {
      hear<PeerTask>(gone);
      hear<Transfer>(gone);
      if (i == 4) hear<Transfer>(gone);
      gone.reset();
    }
    EXPECT_EQ(heard_error(), sentences[i]);
  }
}

TEST_F(RelayProcess, StartsItsClockWhenItIsToldTo) {
  task_.waits = true;
  start(kSockets, 2);
  say_ready();
  say_passed(10);
  send_all(sources_[0].first, "0123456789");
  say(control_.first, task_);
  hear_ready();
  wait_until_asleep();
  pause();
  const double before = monotonic_seconds();
  say(control_.first, RelayGo());
  EXPECT_GE(hear_report().started, before);
  // And not by what is no such word.
  ++task_.connection;
  say(control_.first, task_);
  hear_ready();
  say(control_.first, PeerTask());
  EXPECT_EQ(heard_error(), "the runner sent a message that is none of ours before the clock");
}

}  // namespace
}  // namespace splicebench
