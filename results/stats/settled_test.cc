#include "results/stats/settled.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdio>
#include <functional>
#include <string>
#include <vector>

#include "results/testing/draws.h"
#include "results/testing/synthetic.h"

namespace splicebench {
namespace {

using testing::normal;
using testing::Random;

/// Relative times of the eighths of a sample.
using Eighths = std::array<double, kMarks>;

/// A case of a sample for each of `all`.
CaseResult case_of(const std::vector<Eighths>& all) {
  CaseResult one;
  for (const Eighths& times : all) {
    Sample& sample = one.samples.emplace_back();
    double done = 0;
    for (const double time : times) sample.marks.push_back(done += time);
  }
  return one;
}

CaseResult case_of(std::size_t samples, const Eighths& times) {
  return case_of(std::vector<Eighths>(samples, times));
}

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

TEST(DriftWithin, OfLessThanTenPercentIsNone) {
  EXPECT_FALSE(drift_within(case_with(20, 1)));
  EXPECT_FALSE(drift_within(case_with(20, 0.93)));
  EXPECT_FALSE(drift_within(case_with(20, 1.07)));
}

TEST(DriftWithin, OfTenPercentToTheLastBitIsNone) {
  // 1.375 / 1.25 is the double that 1.1 is.
  EXPECT_FALSE(drift_within(case_of(20, {2, 1.375, 1.375, 1.375, 1.25, 1.25, 1.25, 2})));
  EXPECT_TRUE(
      drift_within(case_of(20, {2, 1.375, 1.375, 1.375, 1.2421875, 1.2421875, 1.2421875, 2})));
}

TEST(DriftWithin, IsNotWhatFillsAtTheBeginAndEmptiesAtTheEnd) {
  EXPECT_FALSE(drift_within(case_of(20, {1.4, 1.3, 1, 1, 1, 1, 0.7, 0.6})));
  EXPECT_FALSE(drift_within(case_of(20, {2, 1, 1, 1, 1, 1, 1, 0.5})));
}

TEST(DriftWithin, IsNoSaw) {
  EXPECT_FALSE(drift_within(case_of(20, {1.5, 0.4, 1.7, 0.4, 1.7, 0.4, 1.4, 0.4})));
  EXPECT_FALSE(drift_within(case_of(20, {2, 0.4, 0.4, 2.1, 0.4, 0.4, 1.8, 0.4})));
  EXPECT_FALSE(drift_within(case_of(20, {0.3, 0.3, 2, 2, 0.3, 0.3, 2, 2})));
}

TEST(DriftWithin, IsARampThatGoesOn) {
  EXPECT_GT(drift_within(case_of(20, {2, 1.7, 1.4, 1.2, 1, 0.9, 0.8, 0.7})).value(), 1.2);
  EXPECT_LT(drift_within(case_of(20, {0.5, 0.6, 0.8, 1, 1.1, 1.2, 1.3, 1.4})).value(), 0.8);
}

TEST(DriftWithin, IsTheLeastOfItsThreePairs) {
  EXPECT_NEAR(drift_within(case_of(20, {1, 1.3, 1.2, 1.4, 1, 1, 1, 1})).value(), 1.2, 1e-9);
  EXPECT_NEAR(drift_within(case_of(20, {1, 1, 1, 1, 1.3, 1.4, 1.2, 1})).value(), 1 / 1.2, 1e-9);
  EXPECT_FALSE(drift_within(case_of(20, {1, 1.3, 1.05, 1.4, 1, 1, 1, 1}))) << "all or none";
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

/// What a sample without a drift looks like.
struct Steady {
  std::string name;
  std::function<Eighths(Random&)> draw;
};

/// Each eighth by itself, `spread` of the logarithm.
Eighths noisy(const Eighths& times, double spread, Random& random) {
  Eighths all = times;
  for (double& one : all) one *= std::exp(spread * normal(random));
  return all;
}

Eighths saw(std::size_t period, std::size_t phase) {
  Eighths times;
  for (std::size_t i = 0; i < kMarks; ++i) times[i] = (i + phase) % period < period / 2 ? 2 : 0.5;
  return times;
}

std::vector<Steady> steadies() {
  const Eighths flat{1, 1, 1, 1, 1, 1, 1, 1};
  std::vector<Steady> all{
      {"eighths by 5 %", [=](Random& r) { return noisy(flat, 0.05, r); }},
      {"eighths by 50 %", [=](Random& r) { return noisy(flat, 0.5, r); }},
      {"filling and emptying",
       [](Random& r) {
         return noisy({1.5, 1.3, 1, 1, 1, 1, 0.7, 0.6}, 0.1, r);
       }},
  };
  for (const std::size_t period : {2U, 3U, 4U, 6U}) {
    all.push_back({"saw of " + std::to_string(period) + ", as it begins",
                   [=](Random& r) { return noisy(saw(period, 0), 0.1, r); }});
    all.push_back(
        {"and anyhow", [=](Random& r) { return noisy(saw(period, r() % period), 0.1, r); }});
  }
  return all;
}

/// Share of cases that are told to drift.
double told(const std::function<Eighths(Random&)>& draw, std::size_t samples, int cases) {
  Random random(20260401);
  int drifting = 0;
  for (int i = 0; i < cases; ++i) {
    std::vector<Eighths> all;
    for (std::size_t j = 0; j < samples; ++j) all.push_back(draw(random));
    drifting += drift_within(case_of(all)) ? 1 : 0;
  }
  return static_cast<double>(drifting) / cases;
}

/// Of so many percent from half to half, in a straight line.
std::function<Eighths(Random&)> ramp(double percent) {
  return [percent](Random& random) {
    Eighths times;
    for (std::size_t i = 0; i < kMarks; ++i)
      times[i] = std::exp(-std::log1p(percent / 100) * static_cast<double>(i) / 4);
    return noisy(times, 0.1, random);
  };
}

TEST(DriftWithin, IsSeldomToldWhereThereIsNone) {
  for (const Steady& steady : steadies()) {
    EXPECT_LE(told(steady.draw, 15, 200), 0.01) << steady.name;
  }
  EXPECT_GE(told(ramp(40), 15, 200), 0.9);
}

TEST(DriftWithin, IsOfTheSamplesInAnyOrder) {
  Random random(5);
  std::vector<Eighths> all;
  for (int i = 0; i < 15; ++i) all.push_back(ramp(60)(random));
  const std::optional<double> drift = drift_within(case_of(all));
  ASSERT_TRUE(drift);
  for (int i = 0; i < 10; ++i) {
    std::shuffle(all.begin(), all.end(), random);
    EXPECT_EQ(drift_within(case_of(all)), drift);
  }
}

TEST(DriftWithin, DISABLED_LongTable) {
  for (const Steady& steady : steadies())
    std::printf("%-28s %.3f | %.3f\n", steady.name.c_str(), told(steady.draw, 15, 2000),
                told(steady.draw, 60, 2000));
  for (const double percent : {10.0, 20.0, 30.0, 50.0})
    std::printf("a ramp of %.0f %% %.2f | %.2f\n", percent, told(ramp(percent), 15, 2000),
                told(ramp(percent), 60, 2000));
}

}  // namespace
}  // namespace splicebench
