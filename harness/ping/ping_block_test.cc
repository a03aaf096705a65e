// Blocks of round trips with real processes: what is counted, verified, and said when one of the
// processes fails.

#include "harness/ping/ping_block.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

#include <chrono>
#include <thread>

#include "bench/pings/ping_cases.h"
#include "bench/testing/children.h"
#include "bench/testing/eventually.h"
#include "harness/network/sockets.h"
#include "harness/system/interrupt.h"
#include "harness/system/process.h"
#include "harness/system/process_tree.h"
#include "harness/testing/programs.h"

namespace splicebench {
namespace {

/// The plan of `mode` ("floor" for none) as the program makes it.
PingPlan plan(const std::string& mode, std::int64_t size, std::int64_t count) {
  RunOptions options;
  options.paths = {"tcp-to-tcp"};
  options.chunks = {size};
  options.modes = {mode};
  options.seed = 42;
  options.timeout = 20;
  Row row{"tcp-to-tcp", options.chunks.front()};
  row.conditions[ConditionKind::placement].value = "none";
  std::vector<PingJob> jobs = ping_jobs(options, {}, {row}, nullptr, "");
  PingPlan one = mode == "floor" ? jobs.front().plan : jobs.back().plan;
  one.count = count;
  return one;
}

TEST(PingBlock, OfEveryModeAndSizeCountsEveryRoundTrip) {
  for (const char* mode :
       {"floor", "generic", "splice", "generic:buffer=1MiB", "splice:pipe=64KiB"}) {
    for (const std::int64_t size : {1, 7, 1024, 65537, 1048576}) {
      const BlockResult result = take_block(plan(mode, size, 20), testing::programs());
      EXPECT_EQ(result.block.error, "") << mode << " " << size;
      EXPECT_EQ(result.block.round_trips(), 20) << mode << " " << size;
    }
  }
  EXPECT_TRUE(testing::children().empty());
}

TEST(PingBlock, RecordsWhatEachProcessUsedAndWhatTheEngineGot) {
  PingPlan one = plan("splice", 1024, 500);
  one.warmup = 50;
  const BlockResult result = take_block(one, testing::programs());
  const PingBlock& block = result.block;
  ASSERT_EQ(block.error, "");
  EXPECT_EQ(block.round_trips(), 500) << "the warm-up is not counted";
  EXPECT_GT(block.seconds, 0);
  ASSERT_TRUE(block.relay && block.server);
  for (const ProcessUse* use : {&block.client, &*block.server, &*block.relay}) {
    EXPECT_GT(use->cpu, 0);
    EXPECT_GT(use->voluntary.value() + use->involuntary.value(), 0);
  }
  EXPECT_EQ(got_by_name(result.granted).at("pipe"), 1 << 20);
  EXPECT_FALSE(take_block(plan("floor", 1024, 5), testing::programs()).block.relay);
}

TEST(PingBlock, SumOfTheTimesIsNoMoreThanTheBlockTook) {
  const BlockResult result = take_block(plan("generic", 1024, 200), testing::programs());
  ASSERT_EQ(result.block.error, "");
  EXPECT_LE(result.block.times.quantile(0.5) * 100, result.block.seconds * 1.01);
  EXPECT_LE(result.block.times.max(), result.block.seconds);
}

/// Connects the client to a relay of the test's own, which changes what it passes on.
PingPlan plan_through(void (*meddle)(int client, int server), std::thread& thread) {
  PingPlan one = plan("floor", 1000, 50);
  one.open = [meddle, &thread] {
    SocketPair front = tcp_pair();
    SocketPair back = tcp_pair();
    PingEnds ends;
    ends.client = std::move(front.first);
    ends.server = std::move(back.first);
    thread = std::thread([meddle](Fd client, Fd server) { meddle(client.get(), server.get()); },
                         std::move(front.second), std::move(back.second));
    return ends;
  };
  return one;
}

/// Passes everything on; the `which`-th reply is handled by `change`, which gives its size.
template <typename Change>
void pass_on(int client, int server, int which, const Change& change) {
  std::vector<char> bytes(4096);
  for (int number = 0;; ++number) {
    ssize_t size = ::recv(client, bytes.data(), 1000, MSG_WAITALL);
    if (size <= 0 || ::send(server, bytes.data(), static_cast<std::size_t>(size), MSG_NOSIGNAL) < 0)
      return;
    size = ::recv(server, bytes.data(), 1000, MSG_WAITALL);
    if (size <= 0) return;
    if (number == which) size = change(bytes);
    if (size <= 0 || ::send(client, bytes.data(), static_cast<std::size_t>(size), MSG_NOSIGNAL) < 0)
      return;
  }
}

TEST(PingBlock, AWrongByteIsNoNumber) {
  std::thread thread;
  const BlockResult result =
      take_block(plan_through(
                     [](int client, int server) {
                       pass_on(client, server, 7, [](std::vector<char>& bytes) {
                         bytes[999] = static_cast<char>(bytes[999] ^ 1);
                         return 1000;
                       });
                     },
                     thread),
                 testing::programs());
  thread.join();
  EXPECT_NE(result.block.error.find("not what had been sent, after 7 round trips"),
            std::string::npos)
      << result.block.error;
  EXPECT_EQ(result.block.round_trips(), 0);
}

TEST(PingBlock, AReplyThatIsCutShortIsNamed) {
  std::thread thread;
  const BlockResult result =
      take_block(plan_through(
                     [](int client, int server) {
                       pass_on(client, server, 3, [](std::vector<char>&) { return 0; });
                     },
                     thread),
                 testing::programs());
  thread.join();
  EXPECT_NE(result.block.error.find("ended before the reply was whole, after 3 round trips"),
            std::string::npos)
      << result.block.error;
}

TEST(PingBlock, BytesThatNobodySentAreNamed) {
  std::thread thread;
  const BlockResult result =
      take_block(plan_through(
                     [](int client, int server) {
                       pass_on(client, server, 49, [](std::vector<char>&) { return 1001; });
                     },
                     thread),
                 testing::programs());
  thread.join();
  EXPECT_NE(result.block.error.find("more came back than was sent"), std::string::npos)
      << result.block.error;
}

class PingKillTest : public ::testing::TestWithParam<const char*> {};
INSTANTIATE_TEST_SUITE_P(Victims, PingKillTest, ::testing::Values("pinger", "echo", "relay"));

TEST_P(PingKillTest, IsNamedAndLeavesNothing) {
  std::thread killer([] {
    const pid_t victim = testing::wait_for_child(GetParam());
    if (victim == 0) return;
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
    ::kill(victim, SIGKILL);
  });
  const BlockResult result = take_block(plan("splice", 1024, 1000000), testing::programs());
  killer.join();
  const std::string name = std::string(GetParam()) == "pinger" ? "client"
                           : std::string(GetParam()) == "echo" ? "server"
                                                               : "relay";
  EXPECT_NE(result.block.error.find("the " + name + " (process "), std::string::npos)
      << result.block.error;
  EXPECT_NE(result.block.error.find("killed by signal 9"), std::string::npos);
  EXPECT_TRUE(testing::children().empty());
}

TEST(PingBlock, ThatTakesTooLongSaysSo) {
  PingPlan one = plan("floor", 1024, 100000000);
  one.timeout = 0.3;
  const BlockResult result = take_block(one, testing::programs());
  EXPECT_NE(result.block.error.find("--timeout"), std::string::npos) << result.block.error;
  EXPECT_TRUE(testing::children().empty());
}

TEST(PingBlock, InterruptedThrowsAndLeavesNoProcess) {
  set_interrupted(true);
  EXPECT_THROW(take_block(plan("splice", 1024, 10), testing::programs()), Interrupted);
  set_interrupted(false);
  EXPECT_TRUE(testing::children().empty());
}

struct StoppedBlock {
  PingBlock block;
  double longest = 0;  ///< seconds that the stop can have lasted at most
};

/// A block of `rate` (0: none) round trips a second, whose relay is stopped for 200 ms when it is
/// well under way.
StoppedBlock with_a_stopped_relay(double rate, std::int64_t count) {
  StoppedBlock stopped;
  PingPlan one = plan("splice", 1024, count);
  one.rate = rate;
  std::thread stopper([&stopped] {
    const pid_t relay = testing::wait_for_child("relay");
    if (relay == 0) return;
    // It sleeps once or twice in a round trip.
    testing::eventually([relay] { return usage_of(relay).voluntary_switches > 300; });
    const double begin = monotonic_seconds();
    ::kill(relay, SIGSTOP);
    std::this_thread::sleep_for(std::chrono::milliseconds(200));
    ::kill(relay, SIGCONT);
    stopped.longest = monotonic_seconds() - begin;
  });
  stopped.block = take_block(one, testing::programs()).block;
  stopper.join();
  return stopped;
}

std::uint64_t longer_than(const Histogram& times, double seconds) {
  std::uint64_t count = 0;
  for (const Histogram::Bucket& bucket : times.buckets()) {
    if (static_cast<double>(bucket.lower) * 1e-9 >= seconds) count += bucket.count;
  }
  return count;
}

TEST(PingBlock, AStopOf200MillisecondsIsSeenAtItsHeightByAllThatShouldHaveBeenSentInIt) {
  const auto [block, longest] = with_a_stopped_relay(1000, 1500);
  ASSERT_EQ(block.error, "");
  EXPECT_EQ(block.round_trips(), 1500);
  EXPECT_GE(block.times.max(), 0.195);
  EXPECT_GE(block.times.quantile(0.999), 0.19);
  // Some of it is the machine's: to go on and to catch up.
  EXPECT_LE(block.times.max(), longest + 0.2);
  // Of the 200 that were due in it, the first half waited for 100 ms and more.
  EXPECT_GE(longer_than(block.times, 0.1), 90U);
  // From the send itself only the one that was under way was late: the machine may add a few.
  ASSERT_TRUE(block.service);
  EXPECT_EQ(block.service->count(), 1500U);
  EXPECT_LE(block.service->max(), block.times.max());
  EXPECT_GE(block.service->max(), 0.195);
  EXPECT_LE(longer_than(*block.service, 0.1), 9U);
}

TEST(PingBlock, WithoutAScheduleTheSameStopIsOneSlowRoundTrip) {
  const PingBlock block = with_a_stopped_relay(0, 50000).block;
  ASSERT_EQ(block.error, "");
  EXPECT_FALSE(block.service) << "the times are from the send already";
  EXPECT_GE(block.times.max(), 0.195);
  // One; a busy machine may add a few of its own, but not the 90 and more of the test above.
  EXPECT_GE(longer_than(block.times, 0.1), 1U);
  EXPECT_LE(longer_than(block.times, 0.1), 9U);
}

TEST(PingBlock, KeepsToItsSchedule) {
  PingPlan one = plan("generic", 64, 100);
  one.rate = 500;
  const BlockResult result = take_block(one, testing::programs());
  ASSERT_EQ(result.block.error, "");
  EXPECT_GE(result.block.seconds, 100 / 500.0);
}

TEST(PingBlock, OfASingleRoundTripTakesItsTimeOfTheSchedule) {
  PingPlan one = plan("generic", 64, 1);
  one.rate = 4;
  const double begin = monotonic_seconds();
  const BlockResult result = take_block(one, testing::programs());
  ASSERT_EQ(result.block.error, "");
  EXPECT_GE(monotonic_seconds() - begin, 1 / 4.0);
  EXPECT_GE(result.block.seconds, 1 / 4.0);
  EXPECT_GE(result.block.overhead_seconds, 0);
}

}  // namespace
}  // namespace splicebench
