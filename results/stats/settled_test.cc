#include "results/stats/settled.h"

#include <gtest/gtest.h>

#include <cstddef>

#include "results/testing/synthetic.h"

namespace splicebench {
namespace {

/// A case of `rounds` samples whose second half takes `second` of the time of the first, give or
/// take 2 %.
CaseResult case_with(std::int64_t rounds, double second) {
  testing::Synthetic synthetic;
  synthetic.rounds = rounds;
  CaseResult one = testing::make_result(synthetic).cases.front();
  for (Sample& sample : one.samples) {
    const double own = second * (1 + 0.004 * static_cast<double>(sample.round % 11 - 5));
    for (int eighth = 1; eighth <= 8; ++eighth) {
      const double done = eighth <= 4 ? eighth : 4 + (eighth - 4) * own;
      sample.marks.push_back(sample.seconds * done / (4 + 4 * own));
    }
  }
  return one;
}

TEST(DriftWithin, IsTheRateOfTheSecondHalfToThatOfTheFirst) {
  EXPECT_NEAR(drift_within(case_with(20, 0.8)).value(), 1.25, 0.01);
  EXPECT_NEAR(drift_within(case_with(20, 1.25)).value(), 0.8, 0.01);
}

TEST(DriftWithin, OfLessThanFivePercentIsNone) {
  EXPECT_FALSE(drift_within(case_with(20, 1)));
  EXPECT_FALSE(drift_within(case_with(20, 0.97)));
  EXPECT_FALSE(drift_within(case_with(20, 1.03)));
}

TEST(DriftWithin, IsNotWhatFillsAtTheBeginning) {
  CaseResult one = case_with(20, 1);
  for (Sample& sample : one.samples) {
    for (double& mark : sample.marks) mark += 0.3 * sample.seconds;
  }
  EXPECT_FALSE(drift_within(one));
}

TEST(DriftWithin, IsNotToldFromFewSamplesOrWithoutMarks) {
  EXPECT_FALSE(drift_within(case_with(5, 0.5)));
  EXPECT_TRUE(drift_within(case_with(6, 0.5)));
  CaseResult one = case_with(20, 0.5);
  for (std::size_t i = 0; i < 15; ++i) one.samples[i].marks.clear();
  EXPECT_FALSE(drift_within(one));
  one = case_with(20, 0.5);
  for (std::size_t i = 0; i < 15; ++i) one.samples[i].error = "lost";
  EXPECT_FALSE(drift_within(one));
}

}  // namespace
}  // namespace splicebench
