#include "harness/testing/runner_fixture.h"

namespace splicebench {
namespace {

TEST_F(RunnerTest, GivenATimeVisitsWideRowsAfterTheFirstStageUntilTheyAreNarrow) {
  result_.options.time = 1000;
  width_ = [](const CaseResult& baseline, const CaseResult& mode) -> std::optional<double> {
    EXPECT_EQ(baseline.id.mode, "generic");
    EXPECT_EQ(mode.id.mode, "splice");
    if (mode.id.chunk == 1024) return 0.01;
    return mode.samples.size() < 31 ? 0.031 : 0.029;
  };
  EXPECT_EQ(run(), 0);
  EXPECT_TRUE(result_.complete);
  EXPECT_EQ(rounds(), (std::map<std::string, std::size_t>{{"tcp-to-tcp/1024", 8},
                                                          {"tcp-to-tcp/65536", 32},
                                                          {"tcp-to-file/1024", 8},
                                                          {"tcp-to-file/65536", 32}}));
  EXPECT_EQ(result_.options.rounds, 32);
}

TEST_F(RunnerTest, GivenATimeStopsWhenItIsOverAndNeverWithinABlock) {
  result_.options.time = 8;
  width_ = [](const CaseResult&, const CaseResult&) { return std::optional(0.5); };
  const double began = sampler_.now;
  EXPECT_EQ(run(), 0);
  EXPECT_LE(sampler_.now - began, 8.1);
  EXPECT_GT(sampler_.now - began, 7);
  for (const auto& [row, count] : rounds()) EXPECT_EQ(count % 2, 0U) << row;
}

TEST_F(RunnerTest, GivenTooLittleTimeStillEndsItsFirstStage) {
  result_.options.time = 0.001;
  width_ = [](const CaseResult&, const CaseResult&) { return std::optional(0.5); };
  EXPECT_EQ(run(), 0);
  for (const auto& [row, count] : rounds()) EXPECT_EQ(count, 8U) << row;
}

TEST_F(RunnerTest, GivenATimeGoesOnWithItsPlanWhenResumed) {
  result_.options.time = 1000;
  width_ = [](const CaseResult&, const CaseResult& mode) {
    return std::optional(mode.samples.size() < 20 ? 0.5 : 0.01);
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
}

}  // namespace
}  // namespace splicebench
