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

}  // namespace
}  // namespace splicebench
