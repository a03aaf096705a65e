#include "harness/testing/runner_fixture.h"

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

TEST_F(RunnerTest, GivenTooLittleTimeStillEndsItsFirstStage) {
  result_.options.time = 0.001;
  result_.options.rounds = 20;  // of a run without a time
  resolution_ = [](const CaseResult&, const CaseResult&) { return width(0.5); };
  EXPECT_EQ(run(), 0);
  for (const auto& [row, count] : rounds()) EXPECT_EQ(count, 8U) << row;
  EXPECT_EQ(result_.options.rounds, 8) << "what it came to";
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
