#include "results/stats/case_change.h"

#include <gtest/gtest.h>

#include <cmath>

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
    one.samples.push_back(sample);
  }
  result.cases.push_back(one);
  return result;
}

const std::vector<double> kSlow{90, 95, 98, 100, 102, 105, 110};
const std::vector<double> kFast{180, 190, 196, 200, 204, 210, 220};

TEST(CaseChanges, TwiceAsFastIsARatioOfTwoAndSignificant) {
  const std::vector<CaseChange> changes =
      case_changes(run_of("splice", kSlow), run_of("splice", kFast), "B/s");
  ASSERT_EQ(changes.size(), 1U);
  EXPECT_NEAR(changes[0].ratio, 2, 1e-9);
  EXPECT_LT(changes[0].low, 2);
  EXPECT_GT(changes[0].high, 2);
  EXPECT_NEAR(changes[0].p, 2.0 / 3432, 1e-9) << "2 / C(14, 7), the least of 7 against 7";
  EXPECT_TRUE(changes[0].significant);
}

TEST(CaseChanges, TheSameRunTwiceIsNoChange) {
  const std::vector<CaseChange> changes =
      case_changes(run_of("splice", kSlow), run_of("splice", kSlow), "B/s");
  ASSERT_EQ(changes.size(), 1U);
  EXPECT_DOUBLE_EQ(changes[0].ratio, 1);
  EXPECT_FALSE(changes[0].significant);
}

TEST(CaseChanges, TooFewSamplesHaveNoInterval) {
  const std::vector<CaseChange> changes =
      case_changes(run_of("splice", {100}), run_of("splice", {200}), "B/s");
  ASSERT_EQ(changes.size(), 1U);
  EXPECT_EQ(changes[0].low, 0);
  EXPECT_TRUE(std::isinf(changes[0].high));
  EXPECT_FALSE(changes[0].significant);
}

TEST(CaseChanges, CasesOfOneRunAloneAreLeftOut) {
  EXPECT_TRUE(case_changes(run_of("generic", kSlow), run_of("splice", kFast), "B/s").empty());
  Result failed = run_of("splice", kFast);
  for (Sample& sample : failed.cases[0].samples) sample.error = "no route";
  EXPECT_TRUE(case_changes(run_of("splice", kSlow), failed, "B/s").empty());
}

TEST(CaseChanges, ClaimsAreOfAllCasesAndMetricsTogether) {
  // p of 5 against 5 is at least 2 / C(10, 5) = 0.0079: one of two cases may be claimed, not one of
  // twenty.
  const std::vector<double> slow{90, 95, 100, 105, 110};
  const std::vector<double> fast{190, 195, 200, 205, 210};
  Result older = run_of("splice", slow);
  Result newer = run_of("splice", fast);
  EXPECT_TRUE(case_changes(older, newer, "B/s")[0].significant);
  for (int i = 0; i < 19; ++i) {
    CaseResult other = run_of("mode" + std::to_string(i), slow).cases[0];
    older.cases.push_back(other);
    newer.cases.push_back(other);
  }
  const CaseChange change = case_changes(older, newer, "B/s")[0];
  EXPECT_NEAR(change.p_holm, 20 * change.p, 1e-9);
  EXPECT_FALSE(change.significant);
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
