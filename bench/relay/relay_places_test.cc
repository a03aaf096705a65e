// Whose a figure is of the relay's process: its own, that of CPUs here, of peers on other hosts, of
// somebody else's relay.

#include <sched.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <thread>
#include <vector>

#include "bench/testing/scripted_relay.h"
#include "harness/system/process.h"

namespace splicebench {
namespace {

using RelayPlaces = testing::ScriptedRelay;

cpu_set_t set_of(const std::vector<int>& cpus) {
  cpu_set_t set;
  CPU_ZERO(&set);
  for (const int cpu : cpus) CPU_SET(static_cast<std::size_t>(cpu), &set);
  return set;
}

TEST_F(RelayPlaces, OfCpusAreOfThePlacementOnThisHost) {
  cpu_set_t allowed;
  ::sched_getaffinity(0, sizeof allowed, &allowed);
  int one = 0;
  while (!CPU_ISSET(static_cast<std::size_t>(one), &allowed)) ++one;
  const int online = static_cast<int>(::sysconf(_SC_NPROCESSORS_ONLN));
  if (online < 2 || one > 1) GTEST_SKIP() << "this takes two CPUs, 0 and 1";
  const int other = 1 - one;
  std::vector<int> all;
  for (int cpu = 0; cpu < std::min(online, 16); ++cpu) all.push_back(cpu);
  struct Row {
    std::vector<int> relay, writer, reader;
    bool writer_apart, reader_apart;
    std::vector<int> counted;
  };
  const std::vector<Row> rows{
      {{one}, {}, {}, false, false, {one}},
      {{one}, {other}, {}, false, false, {0, 1}},
      {{one}, {}, {other}, false, false, {0, 1}},
      {{one}, {other}, {}, true, false, {one}},
      {{}, {other}, {}, false, false, {other}},
      {{}, {other}, {}, true, false, all},
      {{}, {}, {}, false, false, all},
  };
  for (const Row& row : rows) {
    task_.relay_cpus = set_of(row.relay);
    task_.writer_cpus = set_of(row.writer);
    task_.reader_cpus = set_of(row.reader);
    task_.writer_apart = row.writer_apart;
    start(kSockets);
    say_ready();
    say_passed(10);
    task_.waits = true;
    say(control_.first, task_);
    EXPECT_EQ(text_of(hear_ready().error), "");
    cpu_set_t runs_on;
    ASSERT_EQ(::sched_getaffinity(relay_->pid(), sizeof runs_on, &runs_on), 0);
    EXPECT_TRUE(CPU_EQUAL(&runs_on, row.relay.empty() ? &allowed : &task_.relay_cpus));
    const double before = monotonic_seconds();
    say(control_.first, RelayGo());
    hear<PeerTask>(reader_.second);
    hear<Transfer>(reader_.second);  // within the clock
    const bool is_busy = &row == &rows.back();
    for (const double begin = cpu_used().total(); is_busy && cpu_used().total() < begin + 0.1;) {
    }
    send_all(sources_[0].first, "0123456789");
    report_ = hear_report();
    EXPECT_EQ(text_of(report_.error), "");
    const double took = monotonic_seconds() - before;
    std::vector<int> counted;
    double busy = 0;
    for (const CpuBusy& cpu : report_.facts.cpus) {
      if (cpu.cpu < 0) continue;
      EXPECT_EQ(&cpu - report_.facts.cpus.data(), std::ssize(counted)) << "a gap";
      counted.push_back(cpu.cpu);
      busy += cpu.seconds;
      // Idle time is told in steps of 10 ms.
      EXPECT_LE(std::abs(cpu.seconds), took + 0.05);
    }
    EXPECT_EQ(counted, row.counted);
    EXPECT_TRUE(!is_busy || busy > 0.03) << busy;
    ASSERT_TRUE(report_.usage.system.known);
    EXPECT_NEAR(report_.usage.system.busy, busy, 0.05 * (online + 1));
  }
}

TEST_F(RelayPlaces, OfAReaderThatIsApartAreOfTheRelaysClockAndWithTheWayThere) {
  task_.reader_apart = true;
  start(kSockets, 2);
  for (const bool is_slow_later : {false, true}) {
    const double asked = monotonic_seconds();
    say(control_.first, task_);
    if (task_.connection == 0) {
      for (const Fd* const peer : {&reader_.second, &writer_.second}) {
        say(*peer, PeerReady{});
        const PeerTask told = hear<PeerTask>(*peer);
        EXPECT_EQ(told.apart, peer == &reader_.second);
      }
    }
    // The middle one of three is no greater than half of all, and no less than the second least.
    std::array<double, 3> least{};
    for (std::size_t i = 0; i < 3; ++i) {
      const Transfer question = hear<Transfer>(reader_.second);
      EXPECT_TRUE(question.asks);
      EXPECT_EQ(question.connection, task_.connection);
      const double begin = monotonic_seconds();
      std::this_thread::sleep_for(std::chrono::milliseconds(std::array{1, 40, 5}[i]));
      least[i] = monotonic_seconds() - begin;
      say(reader_.second, PeerReport{});
    }
    EXPECT_EQ(text_of(hear_ready().error), "");
    const double answered = monotonic_seconds();
    const Transfer transfer = hear<Transfer>(reader_.second);
    EXPECT_EQ(transfer.bytes, 10U);
    send_all(sources_[task_.connection].first, "0123456789");
    PeerReport report = all_of(10);
    report.apart = true;
    report.started = 5000;
    for (std::size_t i = 0; i < kMarks; ++i)
      report.marks[i] = 5000 + (is_slow_later ? 1e-6 : 1000.0) * static_cast<double>(i + 1);
    if (is_slow_later) std::this_thread::sleep_for(std::chrono::milliseconds(100));
    say(reader_.second, report);
    say(writer_.second, all_of(10));
    say(writer_.second, PeerReport{});
    const RelayReport told = hear_report();
    EXPECT_EQ(text_of(told.error), "");
    EXPECT_EQ(told.reader.started, told.started);
    for (std::size_t i = 0; i < kMarks; ++i) {
      EXPECT_NEAR(told.reader.marks[i] - told.started, report.marks[i] - 5000, 1e-9);
    }
    ASSERT_TRUE(told.control_round_trip);
    std::sort(least.begin(), least.end());
    const double beyond = told.usage.seconds - (told.reader.marks.back() - told.started);
    EXPECT_GE(*told.control_round_trip, std::max(least[1], beyond));
    if (is_slow_later) {
      EXPECT_GE(beyond, 0.1);
    }
    EXPECT_LE(*told.control_round_trip, std::max((answered - asked) / 2, beyond));
    ++task_.connection;
  }
}

/// Of somebody else's relay, whose bytes do not come by here: so they need not be any.
TEST_F(RelayPlaces, OfManyFlowsHaveTheirRatesWhereTheseTellAnything) {
  task_.flows = 2;
  task_.foreign = static_cast<std::int32_t>(::getpid());
  start(kSockets, 4);
  for (const Fd* const peer : {&reader_.second, &writer_.second}) say(*peer, PeerReady{});
  for (const bool are_enough : {false, true}) {
    task_.bytes = are_enough ? 8 << 20 : (8 << 20) - 2;
    for (const Fd* const peer : {&reader_.second, &writer_.second}) {
      say(*peer, PeerReport{});
      FlowReport flows;
      flows.rates.jain = 0.125;
      flows.socket.emplace().receive_queue = 9;
      say(*peer, flows);  // of the warm-up
      say(*peer, all_of(task_.bytes));
      flows.rates.jain = peer == &reader_.second ? 0.5 : 0.25;
      flows.socket.emplace().receive_queue = peer == &reader_.second ? 7 : 8;
      say(*peer, flows);
    }
    EXPECT_EQ(run(), "");
    ASSERT_TRUE(report_.flows);
    EXPECT_EQ(report_.flows->rates.has_value(), are_enough);
    if (are_enough) {
      EXPECT_EQ(report_.flows->rates->jain, 0.5) << "the reader's";
    }
    EXPECT_EQ(report_.reader.socket.value().receive_queue, 7);
    EXPECT_EQ(report_.writer.socket.value().receive_queue, 8);
    EXPECT_EQ(report_.in, task_.bytes);
    EXPECT_EQ(report_.out, task_.bytes);
    EXPECT_FALSE(report_.usage.calls);
    EXPECT_FALSE(report_.usage.allocations);
    EXPECT_FALSE(report_.facts.source);
    EXPECT_FALSE(report_.facts.relay_process.minor_faults);
    EXPECT_TRUE(report_.usage.relay);
    task_.connection += 2;
  }
}

TEST_F(RelayPlaces, OfManyFlowsAreBelievedOfNobodyWhoSaysNonsense) {
  task_.flows = 2;
  task_.foreign = static_cast<std::int32_t>(::getpid());
  for (int way = 0; way < 8; ++way) {
    const bool is_writer = (way & 1) != 0;
    const bool is_gone = (way & 2) != 0;
    const bool is_after_the_clock = (way & 4) != 0;
    start(kSockets, 2);
    Fd& faulty = is_writer ? writer_.second : reader_.second;
    for (const Fd* const peer : {&reader_.second, &writer_.second}) {
      const bool is_faulty = peer == &faulty;
      say(*peer, PeerReady{});
      say(*peer, PeerReport{});
      if (is_after_the_clock) {
        say(*peer, FlowReport{});
        say(*peer, all_of(10));
      }
      if (!is_faulty) {
        say(*peer, FlowReport{});
      } else if (!is_gone) {
        say(*peer, PeerReady{});
      }
    }
    say(control_.first, task_);
    EXPECT_EQ(text_of(hear_ready().error), "");
    hear<PeerTask>(faulty);
    for (int i = 0; i < (is_after_the_clock ? 4 : 2); ++i) hear<Transfer>(faulty);
    if (is_gone) faulty.reset();
    EXPECT_EQ(heard_error(), std::string(is_writer ? "the writer " : "the reader ") +
                                 (is_gone ? "was gone" : "sent a message that is none of ours") +
                                 " when it was asked");
  }
}

TEST_F(RelayPlaces, OfNoRelayAtAllAreThePeersAlone) {
  set_mode("direct");
  start(kSockets);
  say_ready();
  say_passed(10);
  EXPECT_EQ(run(), "");
  EXPECT_EQ(report_.in, 10U);
  EXPECT_EQ(report_.out, 10U);
  EXPECT_FALSE(report_.usage.relay);
  EXPECT_FALSE(report_.usage.voluntary_switches);
  EXPECT_FALSE(report_.usage.calls);
  EXPECT_FALSE(report_.facts.source);
}

}  // namespace
}  // namespace splicebench
