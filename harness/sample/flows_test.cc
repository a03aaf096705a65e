// Samples of many flows with real processes, and what counts and tells of them.

#include <gtest/gtest.h>
#include <signal.h>

#include <chrono>
#include <filesystem>
#include <thread>

#include "bench/paths/paths.h"
#include "bench/testing/children.h"
#include "harness/sample/sample.h"
#include "harness/system/process.h"
#include "harness/system/process_tree.h"
#include "harness/testing/programs.h"
#include "harness/wire/content.h"
#include "harness/wire/flow_tally.h"

namespace splicebench {
namespace {

using testing::children;

SampleSetting setting() {
  SampleSetting one;
  one.programs = testing::programs();
  one.placement = place("none", allowed_cpus());
  one.file_dir = std::filesystem::temp_directory_path();
  one.timeout = 60;
  return one;
}

SamplePlan plan(const std::string& path, const std::string& mode, std::int64_t flows,
                std::int64_t chunk = 4096, std::int64_t each = 4) {
  SamplePlan one;
  one.path = &path_named(path);
  one.mode = mode;
  one.flows = flows;
  one.chunk = chunk;
  one.iterations = flows * each;
  one.seed = 42;
  return one;
}

TEST(FlowRates, HasAllAlikeAtOneAndOneThatHasAllAtItsShare) {
  const FlowRates even = flow_rates({5, 5, 5, 5});
  EXPECT_DOUBLE_EQ(even.jain, 1);
  const FlowRates one = flow_rates({0, 8, 0, 0});
  EXPECT_DOUBLE_EQ(one.jain, 0.25);
  EXPECT_DOUBLE_EQ(one.least, 0);
  EXPECT_DOUBLE_EQ(one.median, 0);
  EXPECT_DOUBLE_EQ(one.most, 8);
  // (1 + 2 + 3)^2 / (3 (1 + 4 + 9))
  const FlowRates three = flow_rates({3, 1, 2});
  EXPECT_DOUBLE_EQ(three.jain, 36.0 / 42.0);
  EXPECT_DOUBLE_EQ(three.median, 2);
  EXPECT_DOUBLE_EQ(flow_rates({0, 0}).jain, 0);
}

TEST(FlowTally, LooksAtAllWhenTheFirstHasItsBytes) {
  FlowTally tally(4);
  tally.begin(100);
  for (const std::size_t flow : {0, 1, 2}) EXPECT_FALSE(tally.passed(flow, 50));
  EXPECT_TRUE(tally.passed(1, 50));
  for (const std::size_t flow : {0, 2}) EXPECT_TRUE(tally.passed(flow, 50));
  EXPECT_TRUE(tally.passed(3, 100));
  EXPECT_EQ(tally.total(), 400);
  // 50, 100, 50, 0: 200^2 / (4 x 15000)
  EXPECT_NEAR(tally.rates().jain, 40000.0 / 60000.0, 1e-9);
  double before = 0;
  for (const double mark : tally.marks()) EXPECT_GE(mark, std::exchange(before, mark));
  EXPECT_GT(before, 0);
}

TEST(Content, OfOneFlowIsNowhereInAnothers) {
  std::array<unsigned char, 64> one{};
  std::array<unsigned char, 64> other{};
  fill_content(one.data(), one.size(), flow_seed(7, 0), 0);
  for (const std::uint64_t position : {0, 8, 64}) {
    fill_content(other.data(), other.size(), flow_seed(7, 1), position);
    EXPECT_NE(one, other);
  }
  EXPECT_EQ(flow_seed(7, 0), 7);
}

TEST(WarmUp, IsOfWholeChunksOfEachFlow) {
  const WarmUp one = warm_up_of(16 * 50, 16);
  EXPECT_EQ(one.piece, 16 * 6);
  EXPECT_EQ(warm_up_of(64, 64).piece, 64);
}

class FlowsOf : public ::testing::TestWithParam<std::int64_t> {};
INSTANTIATE_TEST_SUITE_P(Few, FlowsOf, ::testing::Values(3, 64));

TEST_P(FlowsOf, EveryPathAndEngineDeliverTheContentOfEachWhole) {
  for (const PathInfo& path : paths()) {
    if (!path.kinds.has_writer()) continue;
    for (const EngineInfo& engine : engines()) {
      if (!engine.why_not(path.kinds).empty()) continue;
      SamplePlan one = plan(path.name(), engine.name, GetParam());
      one.hashed = true;
      const SampleResult result = take_sample(one, setting());
      EXPECT_EQ(result.sample.error, "") << path.name() << " " << engine.name;
      EXPECT_EQ(result.sample.bytes, one.iterations * one.chunk);
      ASSERT_TRUE(result.sample.flows);
      EXPECT_FALSE(result.sample.flows->rates) << "so few bytes tell nothing of them";
    }
  }
  EXPECT_TRUE(children().empty());
}

TEST(Flows, OfSeveralThreadsAndSamplesOfOneVisitAreCountedAndTimed) {
  for (const char* path : {"tcp-to-tcp", "unix-to-null"}) {
    SamplePlan one = plan(path, "splice", 16, 65536, 64);
    one.relay_threads = 3;
    one.peer_threads = 2;
    one.warmup = {16 * 4, 2};
    int taken = 0;
    take_visit({one, one, one}, setting(), [&](std::size_t, SampleResult result) {
      const Sample& sample = result.sample;
      ASSERT_EQ(sample.error, "");
      EXPECT_EQ(sample.bytes, 16 * 64 * 65536);
      ASSERT_EQ(sample.marks.size(), kMarks);
      EXPECT_GT(sample.marks.front(), 0);
      ASSERT_TRUE(sample.flows);
      const FlowFacts& flows = *sample.flows;
      ASSERT_TRUE(flows.rates);
      EXPECT_GE(flows.rates->median, flows.rates->least);
      EXPECT_GE(flows.rates->most, flows.rates->median);
      EXPECT_LE(flows.rates->jain, 1 + 1e-9);
      EXPECT_GE(flows.engines.value(), 1);
      EXPECT_LE(flows.engines.value(), 16);
      EXPECT_EQ(flows.relay_memory.has_value(), std::filesystem::exists("/proc/self/clear_refs"));
      // Later ones may have what the first left.
      if (taken == 0) {
        EXPECT_NE(flows.relay_memory, 0);
      }
      EXPECT_EQ(flows.pipes.value().most, 1 << 20);
      EXPECT_EQ(sample.calls->fallback, 0);
      ++taken;
    });
    EXPECT_EQ(taken, 3);
  }
}

TEST(Flows, OfOneFlowHaveNothingToTell) {
  EXPECT_FALSE(take_sample(plan("tcp-to-tcp", "splice", 1), setting()).sample.flows);
}

TEST(Flows, LeaveNoDescriptorAndNoProcess) {
  take_sample(plan("tcp-to-file", "splice", 16), setting());
  const std::size_t before = open_descriptors();
  take_sample(plan("tcp-to-file", "splice", 16), setting());
  EXPECT_EQ(open_descriptors(), before);
  EXPECT_TRUE(children().empty());
}

class FlowsKill : public ::testing::TestWithParam<const char*> {};
INSTANTIATE_TEST_SUITE_P(Victims, FlowsKill, ::testing::Values("writer", "reader", "relay"));

TEST_P(FlowsKill, InTheMiddleIsNamedAndTheOthersEnd) {
  std::thread thread([victim = GetParam()] {
    const pid_t pid = testing::wait_for_child(victim);
    if (pid == 0) return;
    std::this_thread::sleep_for(std::chrono::milliseconds(60));
    ::kill(pid, SIGKILL);
  });
  // Longer than that: 64 GB.
  const SampleResult result =
      take_sample(plan("tcp-to-tcp", "splice", 64, 65536, 16000), setting());
  thread.join();
  EXPECT_NE(result.sample.error.find(std::string("the ") + GetParam() + " (process "),
            std::string::npos)
      << result.sample.error;
  EXPECT_NE(result.sample.error.find("killed by signal 9"), std::string::npos)
      << result.sample.error;
  EXPECT_TRUE(children().empty());
}

}  // namespace
}  // namespace splicebench
