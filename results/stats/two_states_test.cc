#include "results/stats/two_states.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdio>
#include <functional>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "results/testing/draws.h"

namespace splicebench {
namespace {

using testing::normal;
using testing::Random;
using testing::uniform;
using Draw = std::function<double(Random&)>;

/// Logarithms of one state, with the spread of a noisy case (10 %): small ones fail by kLeastApart.
std::vector<std::pair<std::string, Draw>> one_state() {
  return {
      {"normal", [](Random& r) { return 0.1 * normal(r); }},
      {"uniform", [](Random& r) { return 0.4 * uniform(r); }},
      {"Student, 2 degrees",
       [](Random& r) { return 0.1 * std::student_t_distribution<double>(2)(r); }},
      {"Cauchy", [](Random& r) { return 0.1 * std::cauchy_distribution<double>()(r); }},
      {"exponential", [](Random& r) { return -0.1 * std::log(1 - uniform(r)); }},
      {"lognormal", [](Random& r) { return -0.1 * std::exp(1.5 * normal(r)); }},
      {"one in ten far off", [](Random& r) { return (uniform(r) < 0.1 ? 1 : 0.1) * normal(r); }},
  };
}

double share_of_two(int n, int tries, const Draw& draw) {
  Random random(static_cast<std::uint64_t>(n));
  int two = 0;
  for (int i = 0; i < tries; ++i) {
    std::vector<double> values(static_cast<std::size_t>(n));
    for (double& value : values) value = 1e9 * std::exp(draw(random));
    two += two_states_of(values) ? 1 : 0;
  }
  return static_cast<double>(two) / tries;
}

/// 1.65 and 3.1 GB/s, 40 % and 60 %, each with a spread of `spread`.
Draw two(double spread) {
  return [spread](Random& r) { return spread * normal(r) + (uniform(r) < 0.4 ? 0 : 0.63); };
}

TEST(TwoStates, AreRarelySeenWhereThereIsOne) {
  for (const auto& [name, draw] : one_state()) {
    for (const int n : {12, 20, 40, 200})
      EXPECT_LE(share_of_two(n, 300, draw), 0.04) << name << ' ' << n;  // 0.01 and 5 errors
  }
}

TEST(TwoStates, AreFoundWhereTheyAre) {
  EXPECT_GE(share_of_two(20, 200, two(0.03)), 0.8);
  EXPECT_GE(share_of_two(40, 200, two(0.05)), 0.8);
}

TEST(TwoStates, AreTheMediansOfThePartsAndTheirShares) {
  std::vector<double> values;
  for (int i = 0; i < 8; ++i) values.push_back(1.65 + 0.01 * i);
  for (int i = 0; i < 12; ++i) values.push_back(3.10 - 0.01 * i);
  const std::optional<TwoStates> states = two_states_of(values);
  ASSERT_TRUE(states);
  EXPECT_NEAR(states->low, 1.685, 0.001);
  EXPECT_NEAR(states->high, 3.045, 0.001);
  EXPECT_DOUBLE_EQ(states->low_share, 0.4);
}

TEST(TwoStates, NeedSamplesOnBothSidesAndADistance) {
  std::vector<double> values(20, 1.0);
  values[0] = values[1] = values[2] = 2;
  EXPECT_FALSE(two_states_of(values)) << "three of twenty are outliers";
  values[3] = 2;
  EXPECT_TRUE(two_states_of(values));
  for (double& value : values) value = value == 2 ? 1.09 : 1;
  EXPECT_FALSE(two_states_of(values)) << "nobody is misled by the median of these";
  EXPECT_FALSE(two_states_of(std::vector<double>{1, 1, 1, 1, 1, 1, 2, 2, 2, 2, 2})) << "too few";
}

TEST(TwoStates, NeedAGapOfSoManyTimesTheWidthOfTheirParts) {
  for (const auto& [n, times] :
       {std::pair<std::size_t, double>{12, 6}, {20, 5}, {24, 100.0 / 24}, {40, 3}, {60, 3}}) {
    constexpr double kWidth = 0.02;  // each value is so far from the middle of its part
    for (const double more : {-0.01, 0.01}) {
      const double apart = (times + more + 2) * kWidth;
      std::vector<double> values;
      for (std::size_t i = 0; i < n; ++i)
        values.push_back(std::exp((i % 2 == 0 ? kWidth : -kWidth) + (i < n / 2 ? 0 : apart)));
      EXPECT_EQ(two_states_of(values).has_value(), more > 0) << n << ' ' << more;
    }
  }
}

TEST(TwoStates, ArePartedWhereTheGapIsWidestForTheirWidth) {
  std::vector<double> values;
  for (const auto& [count, state] : {std::pair{6, 1.0}, {6, 1.3}, {8, 9.0}})
    values.insert(values.end(), static_cast<std::size_t>(count), state);
  EXPECT_DOUBLE_EQ(two_states_of(values).value().low_share, 0.6);
  for (double& value : values) value = 1 / value;
  EXPECT_DOUBLE_EQ(two_states_of(values).value().low_share, 0.4);
}

TEST(TwoStates, OfEquallyGoodPartsAreTheFirst) {
  std::vector<double> values(8, 0.5);
  values.resize(32, 1);
  values.resize(40, 2);
  EXPECT_DOUBLE_EQ(two_states_of(values).value().low_share, 0.2);
}

TEST(TwoStates, ByAValleyNeedMoreThanThreeAndAHalfStandardErrors) {
  // Two hills of 15, and on either side of each what has the parts too wide to be told by the gap.
  std::vector<double> values;
  for (const double hill : {0.0, 1.0}) {
    for (int i = -7; i <= 7; ++i) values.push_back(std::exp(hill + 0.1 * i / 7));
    for (const double off : {0.16, 0.22, 0.28, 0.34}) {
      values.push_back(std::exp(hill - off));
      values.push_back(std::exp(hill + off));
    }
  }
  EXPECT_TRUE(two_states_of(values)) << "15 / sqrt(15)";
  values.push_back(std::exp(0.5));
  EXPECT_FALSE(two_states_of(values)) << "14 / sqrt(16)";
}

TEST(TwoStates, OfWhatHasNoLogarithmAreNone) {
  std::vector<double> values(20, 1.0);
  for (std::size_t i = 0; i < 8; ++i) values[i] = 0;
  EXPECT_FALSE(two_states_of(values));
}

/// So many GB/s on the whole, and so many in its second half.
Sample sample_of(double rate, double end) {
  Sample sample;
  sample.iterations = 1;
  sample.bytes = 1000000000;
  sample.seconds = 1 / rate;
  sample.relay = CpuTime{0, 0.1 / rate};
  const double half = sample.seconds - 0.5 / end;
  for (int part = 1; part <= 4; ++part) sample.marks.push_back(half * part / 4);
  for (int part = 1; part <= 4; ++part) sample.marks.push_back(half + 0.5 / end * part / 4);
  return sample;
}

/// Eight of 24 fall to 0.15 GB/s, each at another time: whole samples lie anywhere between.
CaseResult falling() {
  CaseResult result;
  for (int i = 0; i < 24; ++i) {
    const double steady = 0.65 + 0.02 * i;
    result.samples.push_back(i % 3 == 0 ? sample_of(0.2 + 0.012 * i, 0.145 + 0.001 * i)
                                        : sample_of(steady, steady));
  }
  return result;
}

TEST(TwoStates, AreSeenAtTheEndOfSamplesThatFallFromOneIntoTheOther) {
  const CaseResult result = falling();
  std::vector<double> rates;
  for (const Sample& sample : result.samples) rates.push_back(sample.bytes_per_second());
  EXPECT_FALSE(two_states_of(rates));
  const std::optional<TwoStates> states = states_of(result, "B/s");
  ASSERT_TRUE(states);
  EXPECT_NEAR(states->low, 0.326e9, 1e6) << "what is shown are whole samples";
  EXPECT_NEAR(states->high, 0.89e9, 1e6);
  EXPECT_NEAR(states->low_share, 1.0 / 3, 1e-9);
  const std::optional<TwoStates> cpu = states_of(result, "relay-cpu-sec/GB");
  ASSERT_TRUE(cpu);
  EXPECT_LT(cpu->low, cpu->high) << "what is slow is dear";
  EXPECT_NEAR(cpu->low_share, 2.0 / 3, 1e-9);
  EXPECT_FALSE(states_of(result, "system-cpu-sec/GB"));
}

TEST(TwoStates, AtTheEndAreOfItsSpeedHoweverManyBytesASampleHas) {
  CaseResult result = falling();
  const TwoStates states = states_of(result, "B/s").value();
  for (std::size_t i = 0; i < result.samples.size(); i += 2) {
    Sample& sample = result.samples[i];
    sample.bytes *= 3;
    sample.seconds *= 3;
    for (double& mark : sample.marks) mark *= 3;
  }
  const std::optional<TwoStates> same = states_of(result, "B/s");
  ASSERT_TRUE(same);
  EXPECT_DOUBLE_EQ(same->low, states.low);
  EXPECT_DOUBLE_EQ(same->high, states.high);
  EXPECT_DOUBLE_EQ(same->low_share, states.low_share);
}

TEST(TwoStates, AtTheEndThatOverlapOnTheWholeAreNone) {
  CaseResult result = falling();
  result.samples[0] = sample_of(0.8, 0.15);
  EXPECT_FALSE(states_of(result, "B/s"));
  result = falling();
  for (Sample& sample : result.samples) sample.marks.clear();
  EXPECT_FALSE(states_of(result, "B/s")) << "older results have no marks";
}

/// A third between 0.2 and 0.45 GB/s, the rest between 0.7 and 0.95, one in twenty between these.
double hills(Random& r) {
  const double which = uniform(r);
  if (which < 0.05) return std::log(0.45 + 0.25 * uniform(r));
  return std::log((which < 0.35 ? 0.2 : 0.7) + 0.25 * uniform(r));
}

TEST(TwoStates, AreHillsWithAValleyBetween) {
  EXPECT_GE(share_of_two(200, 100, hills), 0.7);
  Random random(7);
  std::vector<double> values(300);
  for (double& value : values) value = std::exp(hills(random));
  const TwoStates states = two_states_of(values).value();
  EXPECT_NEAR(states.low, 0.33, 0.06);
  EXPECT_NEAR(states.high, 0.82, 0.06);
  EXPECT_NEAR(states.low_share, 0.33, 0.08);
}

TEST(TwoStates, DISABLED_LongTable) {
  for (const int n : {30, 60, 200})
    std::printf("hills n=%d: found in %.3f\n", n, share_of_two(n, 1000, hills));
  for (const auto& [name, draw] : one_state()) {
    for (const int n : {12, 15, 20, 30, 60, 200})
      std::printf("%-20s n=%2d: two states in %.4f\n", name.c_str(), n,
                  share_of_two(n, 1000, draw));
  }
  for (const double spread : {0.02, 0.03, 0.05, 0.08}) {
    for (const int n : {12, 20, 30, 60}) {
      std::printf("1.65 | 3.1, each +-%.0f %%  n=%2d: found in %.3f\n", spread * 100, n,
                  share_of_two(n, 1000, two(spread)));
    }
  }
}

TEST(TwoStates, AreToldFromTwelveSamplesOnAndTenPercentApart) {
  const auto states = [](std::size_t n, double high) {
    std::vector<double> values;
    for (std::size_t i = 0; i < n; ++i)
      values.push_back((i % 2 == 0 ? 100 : high) + 0.01 * static_cast<double>(i));
    return two_states_of(values);
  };
  EXPECT_FALSE(states(11, 200));
  EXPECT_TRUE(states(12, 200));
  EXPECT_FALSE(states(40, 109));
  EXPECT_TRUE(states(40, 112));
}

}  // namespace
}  // namespace splicebench
