#include "results/stats/case_figures.h"

#include <gtest/gtest.h>

namespace splicebench {
namespace {

Sample sample_of(std::int64_t bytes, double busy) {
  Sample sample;
  sample.iterations = 1;
  sample.bytes = bytes;
  sample.seconds = 1;
  sample.relay = CpuTime{0.1, 0.3};
  sample.writer = CpuTime{0.05, 0.05};
  sample.reader = CpuTime{0.0, 0.1};
  sample.system.busy = busy;
  sample.calls = {.in = 10, .out = 10, .wait = 4};
  return sample;
}

TEST(CaseFigures, SharesOfCpuTimeAddUpToTheBusyTime) {
  const CaseResult one{{"tcp-to-tcp", 1024, "generic"},
                       {},
                       {sample_of(1000000000, 0.7), sample_of(1000000000, 0.9)}};
  const CaseFigures figures = figures_of(one);
  ASSERT_TRUE(figures.cpu);
  EXPECT_NEAR(figures.cpu->relay_user, 0.1, 1e-12);
  EXPECT_NEAR(figures.cpu->relay_system, 0.3, 1e-12);
  EXPECT_NEAR(figures.cpu->peers, 0.2, 1e-12);
  EXPECT_NEAR(figures.cpu->rest.value(), 0.2, 1e-12);
  EXPECT_NEAR(figures.cpu->total(), 0.8, 1e-12);
}

TEST(CaseFigures, OfNoBytesHaveNoShareForEach) {
  CaseResult one{{"tcp-to-tcp", 1024, "generic"}, {}, {sample_of(0, 0.7)}};
  EXPECT_EQ(figures_of(one).cpu->total(), 0);
  EXPECT_FALSE(figures_of(one).calls_per_mib);
  EXPECT_FALSE(figures_of(one).peers_cpu);
}

TEST(CaseFigures, TickErrorsCancelBeforeTheRestIsCutOff) {
  // 0.5 of 0.6 seen, then 0.9: the first is short by a tick, the second long.
  const CaseResult one{{"tcp-to-tcp", 1024, "generic"},
                       {},
                       {sample_of(1000000000, 0.5), sample_of(1000000000, 0.7)}};
  EXPECT_NEAR(figures_of(one).cpu->rest.value(), 0, 1e-12);
}

TEST(CaseFigures, WhatTheSystemSpentIsAbsentWhereItIsUnknown) {
  CaseResult one{{"tcp-to-tcp", 1024, "generic"},
                 {},
                 {sample_of(1000000000, 0.7), sample_of(1000000000, 0.7)}};
  one.samples[1].system = SystemTimes{.known = false};
  const CaseFigures figures = figures_of(one);
  EXPECT_FALSE(figures.cpu->rest) << "one sample without says nothing of all";
  EXPECT_NEAR(figures.cpu->total(), 0.6, 1e-12) << "what is known is told";
  one.samples[0].system = SystemTimes{.known = false};
  EXPECT_FALSE(figures_of(one).system_cpu);
}

TEST(CaseFigures, PeersAreWriterAndReaderTogether) {
  CaseResult one{{"tcp-to-tcp", 1024, "generic"}, {}, {sample_of(1000000000, 0.7)}};
  EXPECT_NEAR(figures_of(one).peers_cpu->centre, 0.2, 1e-12);
  EXPECT_NEAR(figures_of(one).processes_cpu->centre, 0.6, 1e-12) << "and the relay";
  one.samples[0].reader.reset();
  EXPECT_NEAR(figures_of(one).peers_cpu->centre, 0.1, 1e-12);
}

TEST(CaseFigures, StatesTextHasBothAndTheirShares) {
  EXPECT_EQ(states_text({1.65e9, 3.1e9, 0.4}, 1e-9), "1.65 | 3.10 (40% | 60%)");
}

TEST(CaseFigures, CallsPerMibCountsWaits) {
  const CaseResult one{{"tcp-to-tcp", 1024, "generic"}, {}, {sample_of(2 << 20, 0.7)}};
  const CaseFigures figures = figures_of(one);
  EXPECT_DOUBLE_EQ(figures.calls_per_mib->centre, 12);
  EXPECT_DOUBLE_EQ(figures.bytes_per_call->centre, (2 << 20) / 10.0);
}

TEST(CaseFigures, FailuresAreCountedAndGiveNoFigure) {
  CaseResult one{{"tcp-to-tcp", 1024, "generic"}, {}, {sample_of(1 << 20, 0.7)}};
  one.samples[0].error = "reader hung up";
  const CaseFigures figures = figures_of(one);
  EXPECT_EQ(figures.good, 0);
  EXPECT_EQ(figures.failed, 1);
  EXPECT_FALSE(figures.throughput);
  EXPECT_FALSE(figures.cpu);
}

TEST(PlannedChunks, AreThoseAskedForAndThoseMeasured) {
  Result result;
  result.options.chunks = {4096, 1024};
  result.cases.push_back({{"tcp-to-tcp", 2048, "splice"}, {}, {}});
  EXPECT_EQ(planned_chunks(result), (std::vector<std::int64_t>{1024, 2048, 4096}));
  Result other;
  other.options.chunks = {2048, 8192};
  EXPECT_EQ(planned_chunks(result, other), std::vector<std::int64_t>{2048});
}

}  // namespace
}  // namespace splicebench
