#include "results/stats/case_change.h"

#include <gtest/gtest.h>

#include <cmath>
#include <functional>

#include "results/testing/synthetic.h"

namespace splicebench {
namespace {

/// A run of one case with a sample per throughput, B/s.
Result run_of(const std::string& mode, const std::vector<double>& speeds) {
  Result result;
  CaseResult one{{"tcp-to-tcp", 1024, mode}, {}, {}};
  for (const double speed : speeds) {
    Sample sample;
    sample.iterations = 1;
    sample.bytes = 1024;
    sample.seconds = 1024 / speed;
    sample.round = std::ssize(one.samples);
    one.samples.push_back(sample);
  }
  result.cases.push_back(one);
  return result;
}

const std::vector<double> kSlow{90, 95, 98, 100, 102, 105, 110};
const std::vector<double> kFast{180, 190, 196, 200, 204, 210, 220};

/// Six rows of two modes; `factor` of the speed of each case.
Result run_of_rows(std::uint64_t seed, const std::function<double(const CaseId&)>& factor) {
  testing::Synthetic synthetic;
  synthetic.chunks = {1024, 2048, 4096, 8192, 16384, 32768};
  synthetic.seed = seed;
  synthetic.sample = [factor](const CaseId& id, std::int64_t round, testing::Random& random) {
    Sample sample = testing::Flat{}(id, round, random);
    sample.seconds /= factor(id);
    return sample;
  };
  return testing::make_result(synthetic);
}

double same(const CaseId& /*id*/) { return 1; }

TEST(CaseChanges, OneCaseTwiceAsFastIsClaimedAndNoOther) {
  const auto one = [](const CaseId& id) {
    return id.chunk == 4096 && id.mode == "splice" ? 2.0 : 1.0;
  };
  const std::vector<CaseChange> changes =
      case_changes(run_of_rows(1, same), run_of_rows(2, one), "B/s");
  ASSERT_EQ(changes.size(), 12U);
  for (const CaseChange& change : changes) {
    EXPECT_NEAR(change.together, 1, 0.01);
    EXPECT_NEAR(change.ratio, one(change.id), 0.04);
    EXPECT_LT(change.low, change.ratio);
    EXPECT_GT(change.high, change.ratio);
    EXPECT_EQ(change.significant, one(change.id) > 1) << change.id.name();
  }
}

TEST(CaseChanges, WhatAllCasesDoTogetherIsToldAndNotClaimed) {
  const std::vector<CaseChange> changes =
      case_changes(run_of_rows(1, same), run_of_rows(2, [](const CaseId&) { return 2.0; }), "B/s");
  for (const CaseChange& change : changes) {
    EXPECT_NEAR(change.together, 2, 0.02);
    EXPECT_NEAR(change.ratio, 1, 0.02);
    EXPECT_FALSE(change.significant);
  }
}

TEST(CaseChanges, TheSameRunTwiceIsNoChange) {
  for (const CaseChange& change : case_changes(run_of_rows(1, same), run_of_rows(1, same), "B/s")) {
    EXPECT_DOUBLE_EQ(change.ratio, 1);
    EXPECT_FALSE(change.significant);
  }
}

TEST(CaseChanges, TooFewRowsOrVisitsHaveNoInterval) {
  const std::vector<CaseChange> row =
      case_changes(run_of("splice", kSlow), run_of("splice", kFast), "B/s");
  Result short_run = run_of_rows(2, same);
  for (CaseResult& one : short_run.cases) one.samples.resize(2);
  const std::vector<CaseChange> visit = case_changes(run_of_rows(1, same), short_run, "B/s");
  ASSERT_EQ(visit.size(), 12U);
  for (const CaseChange& change : {row.at(0), visit.at(0)}) {
    EXPECT_EQ(change.low, 0);
    EXPECT_TRUE(std::isinf(change.high));
    EXPECT_FALSE(change.significant);
  }
}

TEST(CaseChanges, CasesOfOneRunAloneAreLeftOut) {
  EXPECT_TRUE(case_changes(run_of("generic", kSlow), run_of("splice", kFast), "B/s").empty());
  Result failed = run_of("splice", kFast);
  for (Sample& sample : failed.cases[0].samples) sample.error = "no route";
  EXPECT_TRUE(case_changes(run_of("splice", kSlow), failed, "B/s").empty());
}

TEST(CaseChanges, TwoStatesAreNamed) {
  std::vector<double> states;
  for (int i = 0; i < 20; ++i) states.push_back((i % 5 < 2 ? 1650 : 3100) + i);
  const std::vector<CaseChange> changes =
      case_changes(run_of("splice", kSlow), run_of("splice", states), "B/s");
  ASSERT_EQ(changes.size(), 1U);
  EXPECT_FALSE(changes[0].states_old);
  ASSERT_TRUE(changes[0].states_new);
  EXPECT_NEAR(changes[0].states_new->low_share, 0.4, 1e-9);
  EXPECT_TRUE(changes[0].two_states());
}

}  // namespace
}  // namespace splicebench
