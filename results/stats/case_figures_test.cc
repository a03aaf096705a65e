#include "results/stats/case_figures.h"

#include <gtest/gtest.h>

#include <optional>
#include <string>

#include "results/testing/synthetic.h"

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

TEST(CaseFigures, SharesOfCpuTimeAreOfAllBytesTogether) {
  CaseResult one{{"tcp-to-tcp", 1024, "generic"},
                 {},
                 {sample_of(1000000000, 0.7), sample_of(3000000000, 0.9)}};
  one.samples[1].reader.reset();
  const CpuShares cpu = figures_of(one).cpu.value();
  EXPECT_NEAR(cpu.relay_user, 0.05, 1e-12);
  EXPECT_NEAR(cpu.relay_system, 0.15, 1e-12);
  EXPECT_NEAR(cpu.peers, 0.075, 1e-12);
  EXPECT_NEAR(cpu.rest.value(), 0.125, 1e-12);
  for (Sample& sample : one.samples) sample.relay.reset();
  EXPECT_EQ(figures_of(one).cpu->relay_user, 0);
  EXPECT_NEAR(figures_of(one).cpu->rest.value(), 0.325, 1e-12);
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

TEST(CaseFigures, HaveTheStatesOfThroughputAndRelayCpuEach) {
  for (const bool slow : {false, true}) {
    CaseResult one{{"tcp-to-tcp", 1024, "generic"}, {}, {}};
    for (int i = 0; i < 20; ++i) {
      Sample sample = sample_of(1000000000, 0.7);
      (slow ? sample.seconds : sample.relay->system) += i % 3 == 0 ? 2 : 0;
      one.samples.push_back(sample);
    }
    const CaseFigures figures = figures_of(one);
    EXPECT_EQ(figures.id, one.id);
    EXPECT_EQ(figures.throughput->states.has_value(), slow);
    EXPECT_EQ(figures.relay_cpu->states.has_value(), !slow);
  }
}

/// Seconds of CPU in a second of each sample; a reader below 0 is none.
struct Busy {
  double relay, writer, reader;
  Sharing sharing;
  const char* processes;
  double share;
};

TEST(Bottleneck, IsTheBusiestCpuWhoeverSharesItOrThatNoneIsHalfBusy) {
  constexpr Sharing kNobody;
  constexpr Sharing kPeers{true, false, false};
  constexpr Sharing kWriter{false, true, false};
  constexpr Sharing kReader{false, false, true};
  for (const Busy& busy : {Busy{0.5, 0.3, 0.25, kNobody, "relay", 0.5},
                           {0.5, 0.3, 0.25, kPeers, "writer+reader", 0.55},
                           {0.5, 0.3, 0.25, kWriter, "writer+relay", 0.8},
                           {0.5, 0.3, 0.25, kReader, "relay+reader", 0.75},
                           {0.5, 0.3, 0.25, {true, true, true}, "writer+relay+reader", 1.05},
                           {0.1, 0.6, 0.3, kNobody, "writer", 0.6},
                           {0.1, 0.6, 0.3, kReader, "writer", 0.6},
                           {0.1, 0.3, 0.6, kNobody, "reader", 0.6},
                           {0.1, 0.3, 0.6, kWriter, "reader", 0.6},
                           {0.6, 0.6, 0.6, kNobody, "relay", 0.6},
                           {0.3, 0.1, 0.2, kNobody, kWaiting, 0.7},
                           {0.1, 0.6, -1, kNobody, "writer", 0.6},
                           {0.1, 0.6, -1, kPeers, "writer", 0.6},
                           {0.6, 0.1, -1, kReader, "relay", 0.6},
                           {0.6, 0.1, -1, kWriter, "writer+relay", 0.7}}) {
    CaseResult one{{"tcp-to-tcp", 1024, "generic"}, {}, {}};
    // The one in the middle by its size, and not by its place.
    for (const double times : {1.5, 0.0, 1.0}) {
      Sample sample = sample_of(1000000000, 0.7);
      sample.relay = CpuTime{0, busy.relay * times};
      sample.writer = CpuTime{busy.writer * times, 0};
      sample.reader.reset();
      if (busy.reader >= 0) sample.reader = CpuTime{0, busy.reader * times};
      one.samples.push_back(sample);
    }
    one.samples.push_back(sample_of(1, 1));
    one.samples.back().seconds = 1e-6;
    one.samples.back().error = "lost";
    const Bottleneck found = figures_of(one, busy.sharing).bottleneck.value();
    EXPECT_EQ(found.processes, busy.processes);
    EXPECT_NEAR(found.share, busy.share, 1e-12) << busy.processes;
    EXPECT_EQ(found.relay,
              found.processes == kWaiting || found.processes.find("relay") != std::string::npos)
        << busy.processes;
  }
}

TEST(CaseFigures, OfARunKnowWhoSharesACpuInIt) {
  Result result = testing::make_result({});
  for (CaseResult& one : result.cases) {
    for (Sample& sample : one.samples) sample.relay = CpuTime{0, sample.seconds / 10};
  }
  const std::vector<CaseFigures> figures = figures_of(result);
  ASSERT_EQ(figures.size(), result.cases.size());
  for (const CaseFigures& one : figures)
    EXPECT_EQ(one.bottleneck.value().processes, "writer+reader");
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
