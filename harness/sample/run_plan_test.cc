#include "harness/testing/runner_fixture.h"

#include <algorithm>
#include <cmath>

#include "results/model/metrics.h"
#include "results/stats/summary.h"

namespace splicebench {
namespace {

/// As narrow as it is, it tells whatever it is asked for.
std::optional<Resolution> width(double half) { return Resolution{half, 0}; }

TEST_F(RunnerTest, GivenATimeVisitsWideRowsAfterTheFirstStageUntilTheyAreNarrow) {
  result_.options.time = 1000;
  resolution_ = [](const CaseResult& baseline, const CaseResult& mode) {
    EXPECT_EQ(baseline.id.mode, "generic");
    EXPECT_EQ(mode.id.mode, "splice");
    if (mode.id.chunk == 1024) return width(0.01);
    return width(mode.samples.size() < 31 ? 0.031 : 0.029);
  };
  EXPECT_EQ(run(), 0);
  EXPECT_TRUE(result_.complete);
  EXPECT_EQ(rounds(), (std::map<std::string, std::size_t>{{"tcp-to-tcp/1024", 8},
                                                          {"tcp-to-tcp/65536", 32},
                                                          {"tcp-to-file/1024", 8},
                                                          {"tcp-to-file/65536", 32}}));
  EXPECT_EQ(result_.options.rounds, 32);
}

TEST_F(RunnerTest, GivenATimeMeasuresNarrowRowsUntilTheyTellThePrecision) {
  result_.options.time = 1000;
  resolution_ = [](const CaseResult&, const CaseResult& mode) {
    if (mode.id.chunk == 1024) return std::optional(Resolution{0.01, 0.02});
    return std::optional(Resolution{0.01, mode.samples.size() < 25 ? 0.05 : 0.03});
  };
  EXPECT_EQ(run(), 0);
  EXPECT_EQ(rounds(), (std::map<std::string, std::size_t>{{"tcp-to-tcp/1024", 8},
                                                          {"tcp-to-tcp/65536", 26},
                                                          {"tcp-to-file/1024", 8},
                                                          {"tcp-to-file/65536", 26}}));
}

TEST_F(RunnerTest, GivenATimeKnowsARowOfOneModeByItself) {
  result_.options.time = 5;
  std::erase_if(result_.cases, [](const CaseResult& one) { return one.id.mode != "generic"; });
  resolution_ = [](const CaseResult&, const CaseResult&) {
    ADD_FAILURE() << "it has nothing to be held against";
    return width(0.5);
  };
  EXPECT_EQ(run(), 0);
  for (const auto& [row, count] : rounds()) EXPECT_EQ(count, 8U) << row << ": all are alike";
}

TEST_F(RunnerTest, GivenATimeStopsWhenItIsOverAndNeverWithinABlock) {
  result_.options.time = 8;
  resolution_ = [](const CaseResult&, const CaseResult&) { return width(0.5); };
  const double began = sampler_.now;
  EXPECT_EQ(run(), 0);
  EXPECT_LE(sampler_.now - began, 8.1);
  EXPECT_GT(sampler_.now - began, 7);
  for (const auto& [row, count] : rounds()) EXPECT_EQ(count % 2, 0U) << row;
}

TEST_F(RunnerTest, GivenATimeTakesABlockForAsLongAsTheSamplesOfItsRowTook) {
  result_.cases.resize(2);
  const CaseResult generic = result_.cases[0];
  const CaseResult splice = result_.cases[1];
  sampler_.more_warmup = sampler_.overhead = 0.02;
  result_.options.time = 1000;
  resolution_ = [](const CaseResult&, const CaseResult&) { return width(0.01); };
  run();
  // Eight rounds and a block of two, of two modes.
  const double first = result_.wall_seconds;
  const double block = result_.rounds_seconds / 8 * 2;
  resolution_ = [](const CaseResult&, const CaseResult&) { return width(0.5); };
  for (const std::int64_t blocks : {0, 2, 5}) {
    for (const double share : {0.1, 0.9}) {
      result_.cases = {generic, splice};
      result_.wall_seconds = result_.rounds_seconds = 0;
      iterations_.clear();
      result_.options.time = first + (static_cast<double>(blocks) + share) * block;
      run();
      EXPECT_EQ(rounds().at("tcp-to-tcp/1024"), static_cast<std::size_t>(8 + 2 * blocks)) << share;
    }
  }
}

TEST_F(RunnerTest, GivenATimeHasHadThatOfTheRunThatItGoesOnWith) {
  result_.options.time = 8;
  resolution_ = [](const CaseResult&, const CaseResult&) { return width(0.5); };
  sampler_.interrupt_after = 150;
  run();
  ASSERT_TRUE(interrupted_);
  sampler_.interrupt_after = 0;
  sampler_.now += 3600;
  run();
  EXPECT_GT(result_.wall_seconds, 7);
  EXPECT_LE(result_.wall_seconds, 8.1);
}

/// Of the first `count` samples of a case alone.
double width_of(const CaseResult& one, std::size_t count) {
  std::vector<double> speeds = values_of(one, "B/s");
  speeds.resize(count);
  const Summary summary = summarise(speeds);
  return std::max(summary.high - summary.centre, summary.centre - summary.low) / summary.centre;
}

TEST_F(RunnerTest, GivenATimeMeasuresARowOfOneModeUntilItsOwnIntervalIsNarrow) {
  // The row before it has no good sample.
  result_.cases = {result_.cases[0], result_.cases[2]};
  sampler_.lost = {{Purpose::measure, result_.cases[0].id.name()}};
  CaseResult& one = result_.cases[1];
  for (const double other : {0.8, 1.25}) {
    result_.options.time = 1000;
    one.samples.clear();
    sampler_.speeds = {1, 1, other, 1};
    run();
    const std::size_t n = one.samples.size();
    EXPECT_GT(n, 8U) << other;
    EXPECT_LE(width_of(one, n), 0.03) << other;
    EXPECT_GT(width_of(one, n - 1), 0.03) << other;
  }
}

TEST_F(RunnerTest, GivenATimeSpendsNoneOnARowWithoutAGoodSampleAndKnowsTheRestOfOne) {
  result_.options.time = 6;
  const std::string dead = "tcp-to-file/1024";
  const std::string half = "tcp-to-tcp/65536";
  for (const CaseResult& one : result_.cases) {
    if (one.id.key() == dead || (one.id.key() == half && one.id.mode == "generic"))
      sampler_.lost.insert({Purpose::measure, one.id.name()});
  }
  resolution_ = [&](const CaseResult&, const CaseResult& mode) {
    EXPECT_NE(mode.id.key(), dead);
    EXPECT_NE(mode.id.key(), half) << "it has nothing to be held against";
    return width(0.5);
  };
  EXPECT_GT(run(), 0);
  EXPECT_EQ(rounds().at(dead), 8U);
  EXPECT_EQ(rounds().at(half), 8U) << "the other is always alike";
  EXPECT_GT(rounds().at("tcp-to-tcp/1024"), 8U);
}

/// Two rows of four modes: a visit is a round, a block four.
std::vector<CaseResult> rows_of_four() {
  std::vector<CaseResult> cases;
  for (const std::int64_t chunk : {1024, 65536}) {
    for (const char* mode : {"generic", "splice", "sockmap", "uring"})
      cases.push_back({{"tcp-to-tcp", chunk, mode}, {}, {}});
  }
  return cases;
}

TEST_F(RunnerTest, GivenATimeMeasuresWholeBlocksSideBySideUntilTheWorstOfItsModesIsThere) {
  for (const bool tells : {false, true}) {
    result_.cases = rows_of_four();
    result_.options.time = 1000;
    resolution_ = [tells](const CaseResult& baseline, const CaseResult& mode) {
      EXPECT_EQ(baseline.id.mode, "generic");
      if (mode.id.mode != "sockmap" || mode.samples.size() >= 14)
        return std::optional(Resolution{0.01, 0.02});
      return std::optional(tells ? Resolution{0.01, 0.05} : Resolution{0.05, 0.02});
    };
    sampler_.log.clear();
    EXPECT_EQ(run(), 0);
    for (const auto& [row, count] : rounds()) EXPECT_EQ(count, 16U) << row;
    const std::vector<Taken> taken = sampler_.of(Purpose::measure);
    ASSERT_EQ(taken.size(), 2U * 4 * 16);
    for (std::size_t i = 0; i < taken.size(); i += 8)
      EXPECT_NE(taken[i].id.key(), taken[i + 4].id.key()) << "a round of each, in turn";
    // By the seed and how many samples there are.
    const auto first = [&](std::size_t i) {
      return visit_order(2, result_.options.seed, static_cast<std::int64_t>(i))[0];
    };
    for (const std::size_t pass : {64U, 96U}) {
      for (std::size_t i = pass; i < pass + 32; i += 8)
        EXPECT_EQ(taken[i].id.key() == taken[pass].id.key(), first(i) == first(pass)) << i;
    }
  }
}

TEST_F(RunnerTest, GivenATimeEndsTheBlockInWhichItWasInterrupted) {
  resolution_ = [](const CaseResult& baseline, const CaseResult& mode) {
    return width(std::min(baseline.samples.size(), mode.samples.size()) < 12 ? 0.5 : 0.01);
  };
  // In the second block of one row; in its first round, in the middle of the next, between rounds.
  for (const int after : {2, 10, 16, 19}) {
    result_.cases = rows_of_four();
    result_.options.time = 1000;
    iterations_.clear();
    sampler_ = {};
    run();
    const std::size_t before = sampler_.log.size() - sampler_.of(Purpose::measure).size();
    for (CaseResult& one : result_.cases) one.samples.clear();
    iterations_.clear();
    sampler_ = {};
    sampler_.interrupt_after = static_cast<int>(before) + 2 * 4 * 8 + after;
    interrupted_ = false;
    run();
    ASSERT_TRUE(interrupted_);
    sampler_ = {};
    run();
    for (const auto& [row, count] : rounds()) EXPECT_EQ(count, 12U) << row << ' ' << after;
  }
}

TEST_F(RunnerTest, GivenTooLittleTimeStillEndsItsFirstStage) {
  result_.options.time = 0.001;
  result_.options.rounds = 20;  // of a run without a time
  resolution_ = [](const CaseResult&, const CaseResult&) { return width(0.5); };
  EXPECT_EQ(run(), 0);
  for (const auto& [row, count] : rounds()) EXPECT_EQ(count, 8U) << row;
  EXPECT_EQ(result_.options.rounds, 8) << "what it came to";
}

TEST_F(RunnerTest, GivenATimeHasTheRoundsOfItsFirstStageWhereNothingCouldBeMeasured) {
  result_.options.time = 5;
  left_out_ = {"generic", "splice"};
  result_.options.rounds = 20;
  EXPECT_EQ(run(), 0);
  EXPECT_EQ(result_.options.rounds, 8);
}

TEST_F(RunnerTest, GivenATimeNoRowGetsMoreBeforeAllHaveTheirFirstStage) {
  result_.options.time = 6;
  resolution_ = [](const CaseResult&, const CaseResult& mode) {
    return width(mode.id.chunk == 1024 ? 0.04 : 0.085);
  };
  EXPECT_EQ(run(), 0);
  const std::vector<Taken> taken = sampler_.of(Purpose::measure);
  std::map<std::string, int> first;
  for (std::size_t i = 0; i < 4 * 2 * 8; ++i) ++first[taken.at(i).id.name()];
  EXPECT_EQ(first.size(), 8U);
  for (const auto& [name, count] : first) EXPECT_EQ(count, 8) << name;
  for (const auto& [row, count] : rounds()) EXPECT_GE(count, 8U) << row;
  EXPECT_GT(rounds().at("tcp-to-tcp/1024"), rounds().at("tcp-to-tcp/65536"))
      << "what cannot be reached takes nothing from the rest";
}

TEST_F(RunnerTest, TakesABlockOfRoundsInAVisitWhereTheConnectionsSuffice) {
  EXPECT_EQ(visit_rounds(1), 1);
  EXPECT_EQ(visit_rounds(2), 2);
  EXPECT_EQ(visit_rounds(3), 3);
  EXPECT_EQ(visit_rounds(4), 1);
  result_.options.rounds = 5;
  run();
  std::map<std::size_t, int> sizes;
  for (const std::size_t size : sampler_.visits) ++sizes[size];
  // Of four rows: three visits for five rounds of two modes. Those before verify and calibrate.
  EXPECT_EQ(sizes[4], 4 * 2);
  EXPECT_EQ(samples(), 4U * 2 * 5);
}

TEST_F(RunnerTest, GivenATimeGoesOnWithItsPlanWhenResumed) {
  result_.options.time = 1000;
  resolution_ = [](const CaseResult&, const CaseResult& mode) {
    return width(mode.samples.size() < 20 ? 0.5 : 0.01);
  };
  sampler_.interrupt_after = 120;
  journal_ = journal_header(result_);
  run();
  EXPECT_TRUE(interrupted_);
  const JournalContents kept = parse_journal(journal_, "journal");
  result_ = kept.result;
  iterations_ = kept.iterations;
  const std::size_t before = samples();
  EXPECT_GT(before, 64U) << "the first stage was over";
  sampler_ = {};
  run();
  EXPECT_EQ(sampler_.of(Purpose::measure).size(), 4 * 2 * 20 - before);
  for (const auto& [row, count] : rounds()) EXPECT_EQ(count, 20U) << row;
  EXPECT_EQ(result_.options.rounds, 20);
  sampler_ = {};
  run();
  EXPECT_TRUE(sampler_.of(Purpose::measure).empty()) << "all are narrow";
  EXPECT_EQ(result_.options.rounds, 20);
}

}  // namespace
}  // namespace splicebench
