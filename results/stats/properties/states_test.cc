// Two states by their definition (two_states.h), computed a second time, and where it begins and
// ends.

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>
#include <utility>
#include <vector>

#include "results/stats/two_states.h"
#include "results/testing/draws.h"

namespace splicebench {
namespace {

using testing::normal;
using testing::Random;
using testing::uniform;
using Values = std::vector<double>;

double middle(const Values& all, std::size_t begin, std::size_t end) {
  return (all[(begin + end - 1) / 2] + all[(begin + end) / 2]) / 2;
}

double mean_distance(const Values& all, std::size_t begin, std::size_t end) {
  double sum = 0;
  for (std::size_t i = begin; i < end; ++i) sum += std::abs(all[i] - middle(all, begin, end));
  return sum / static_cast<double>(end - begin);
}

/// Of a part at least.
std::size_t fewest(std::size_t n) {
  return std::max<std::size_t>(3, static_cast<std::size_t>(std::ceil(static_cast<double>(n) / 5)));
}

/// How many of the ascending logarithms are in the lower state.
std::optional<std::size_t> lower_by_gap(const Values& all) {
  const std::size_t n = all.size();
  double most = std::min(std::max(100.0 / static_cast<double>(n), 3.0), 6.0);
  std::optional<std::size_t> found;
  for (std::size_t low = fewest(n); low + fewest(n) <= n; ++low) {
    if (middle(all, low, n) - middle(all, 0, low) < std::log(1.1)) continue;
    const double ratio = (all[low] - all[low - 1]) /
                         std::max(mean_distance(all, 0, low), mean_distance(all, low, n));
    if (ratio > most) most = ratio, found = low;
  }
  return found;
}

std::optional<std::size_t> lower_by_valley(const Values& all) {
  const std::size_t n = all.size();
  if (n < 30) return std::nullopt;
  double most = 3.5;
  std::optional<double> valley;
  for (std::size_t split = fewest(n); split + fewest(n) <= n; ++split) {
    const double low = middle(all, 0, split);
    const double eighth = (middle(all, split, n) - low) / 8;
    if (8 * eighth < std::log(1.25)) continue;
    const auto near = [&](double place) {
      return static_cast<double>(std::count_if(
          all.begin(), all.end(), [&](double one) { return std::abs(one - place) <= eighth; }));
    };
    double emptiest = low + 2 * eighth;
    for (const int place : {3, 4, 5, 6}) {
      if (near(low + place * eighth) < near(emptiest)) emptiest = low + place * eighth;
    }
    const double hill = std::min(near(low), near(low + 8 * eighth));
    const double between = near(emptiest);
    if (hill <= between) continue;
    const double errors = (hill - between) / std::sqrt(hill + between);
    if (errors > most) most = errors, valley = emptiest;
  }
  if (!valley) return std::nullopt;
  const auto below =
      std::count_if(all.begin(), all.end(), [&](double one) { return one < *valley; });
  return std::clamp(static_cast<std::size_t>(below), fewest(n), n - fewest(n));
}

/// Two hills of any width and distance, some between them, and some far off.
Values some_logarithms(std::size_t n, Random& random) {
  const double share = 0.1 + 0.8 * uniform(random);
  const double apart = uniform(random);
  const double low_width = 0.15 * uniform(random);
  const double high_width = 0.15 * uniform(random);
  const double off = uniform(random) < 0.5 ? 0 : 0.1 * uniform(random);
  const bool flat = uniform(random) < 0.5;
  Values all;
  for (std::size_t i = 0; i < n; ++i) {
    const bool low = uniform(random) < share;
    const double spread = flat ? 4 * uniform(random) - 2 : normal(random);
    double one = (low ? 0 : apart) + spread * (low ? low_width : high_width);
    if (uniform(random) < off) one = apart * uniform(random);
    if (uniform(random) < off) one *= 4;
    all.push_back(one);
  }
  return all;
}

TEST(TwoStates, AreThoseOfTheirDefinition) {
  Random random(20261129);
  int by_gap = 0;
  int by_valley = 0;
  int none = 0;
  for (const std::size_t n : {12U, 13U, 15U, 19U, 20U, 24U, 29U, 30U, 31U, 45U, 60U, 100U, 151U}) {
    for (int i = 0; i < 60; ++i) {
      Values logs = some_logarithms(n, random);
      Values values;
      for (const double one : logs) values.push_back(1e9 * std::exp(one));
      const std::optional<TwoStates> found = two_states_of(values);
      for (std::size_t at = 0; at < n; ++at) logs[at] = std::log(values[at]);
      std::sort(logs.begin(), logs.end());
      std::optional<std::size_t> lower = lower_by_gap(logs);
      by_gap += lower ? 1 : 0;
      if (!lower) {
        lower = lower_by_valley(logs);
        ++(lower ? by_valley : none);
      }
      ASSERT_EQ(found.has_value(), lower.has_value()) << n << ' ' << i;
      if (!found) continue;
      EXPECT_DOUBLE_EQ(found->low_share, static_cast<double>(*lower) / static_cast<double>(n));
      EXPECT_NEAR(std::log(found->low), middle(logs, 0, *lower), 1e-12);
      EXPECT_NEAR(std::log(found->high), middle(logs, *lower, n), 1e-12);
    }
  }
  EXPECT_GT(by_gap, 50);
  EXPECT_GT(by_valley, 50);
  EXPECT_GT(none, 50);
}

TEST(TwoStates, AreEachAFifthOfTheSamplesAndThreeOfThem) {
  for (std::size_t n = 12; n <= 60; ++n) {
    for (std::size_t few = 1; few <= n / 2; ++few) {
      for (const double other : {0.5, 2.0}) {
        Values values(n, 1.0);
        std::fill_n(values.begin(), few, other);
        const std::optional<TwoStates> states = two_states_of(values);
        ASSERT_EQ(states.has_value(), few >= fewest(n)) << few << " of " << n;
        if (!states) continue;
        const double share = static_cast<double>(few) / static_cast<double>(n);
        EXPECT_DOUBLE_EQ(states->low_share, other < 1 ? share : 1 - share);
      }
    }
  }
}

TEST(TwoStates, OfThreeHeapsArePartedWhereTheFirstOfTwoGapsIsTheGreater) {
  Values values;
  for (const auto& [count, state] : {std::pair{24, 1.0}, {6, 2.0}, {42, 4.0}})
    values.insert(values.end(), static_cast<std::size_t>(count), state);
  EXPECT_DOUBLE_EQ(two_states_of(values).value().low_share, 24.0 / 72);
  for (double& value : values) value = 1 / value;
  EXPECT_DOUBLE_EQ(two_states_of(values).value().low_share, 48.0 / 72);
}

/// Two hills of `each` samples, and the rest of `n` so far off that no gap is wide beside them.
std::optional<TwoStates> hills_of(std::size_t n, std::size_t each, double apart) {
  Values values(each, 1.0);
  values.insert(values.end(), each, apart);
  while (values.size() < n) values.push_back(std::pow(apart, values.size() % 2 == 0 ? 20 : -20));
  return two_states_of(values);
}

TEST(TwoStates, AreToldByAValleyFromThirtySamplesOnAndAQuarterApart) {
  const std::optional<TwoStates> states = hills_of(30, 13, 1.3);
  ASSERT_TRUE(states);
  EXPECT_DOUBLE_EQ(states->low, 1);
  EXPECT_DOUBLE_EQ(states->high, 1.3);
  EXPECT_DOUBLE_EQ(states->low_share, 0.5);
  EXPECT_FALSE(hills_of(29, 13, 1.3));
  EXPECT_FALSE(hills_of(30, 12, 1.3)) << "3.46 standard errors of twelve, of 13 3.61";
  EXPECT_TRUE(hills_of(30, 13, 1.26));
  EXPECT_FALSE(hills_of(30, 13, 1.24));
}

TEST(TwoStates, OfWhatIsNoPositiveNumberAreNone) {
  for (const double none : {0.0, -1.0, std::numeric_limits<double>::infinity(),
                            std::numeric_limits<double>::quiet_NaN()}) {
    Values values(20, 1.0);
    std::fill_n(values.begin(), 8, none);
    EXPECT_FALSE(two_states_of(values)) << none;
  }
}

/// Samples whose second half takes 2 s or 0.5 s, eight and sixteen of them, and whose first half
/// makes up for it: wholes lie from 0.55 to 4 s without a gap. Of the first half nearly all is its
/// last eighth; of the second the first takes what it likes.
CaseResult told_by_their_second_halves() {
  Random random(7);
  CaseResult result;
  for (int i = 0; i < 24; ++i) {
    const bool slow = i < 8;
    Sample& sample = result.samples.emplace_back();
    sample.iterations = 1;
    sample.bytes = 1000000000;
    sample.seconds = 0.55 * std::pow(4 / 0.55, (slow ? 16 + i : i - 8) / 23.0);
    sample.relay = CpuTime{0, sample.seconds};
    const double second = slow ? 1.95 : 0.5;
    const double first = sample.seconds - second;
    for (const double share : {0.02, 0.04, 0.06, 1.0}) sample.marks.push_back(first * share);
    for (const double share : {0.9 * uniform(random), 0.92, 0.95, 1.0})
      sample.marks.push_back(first + second * share);
  }
  return result;
}

TEST(TwoStates, AreToldByTheSecondHalfOfSamplesAndNothingElseOfThem) {
  CaseResult result = told_by_their_second_halves();
  EXPECT_FALSE(two_states_of([&] {
    Values wholes;
    for (const Sample& sample : result.samples) wholes.push_back(sample.seconds);
    return wholes;
  }()));
  const std::optional<TwoStates> states = states_of(result, "B/s");
  ASSERT_TRUE(states);
  EXPECT_DOUBLE_EQ(states->low_share, 8.0 / 24);
  EXPECT_NEAR(states_of(result, "relay-cpu-sec/GB").value().low_share, 16.0 / 24, 1e-12);
  const TwoStates before = *states;
  Sample lost = result.samples[3];
  lost.error = "lost";
  lost.marks.clear();
  result.samples.insert(result.samples.begin(), lost);
  EXPECT_DOUBLE_EQ(states_of(result, "B/s").value().low, before.low) << "it is in no figure";
  result.samples[0].error.clear();
  EXPECT_FALSE(states_of(result, "B/s")) << "one that has no marks could be in either";
}

TEST(TwoStates, AtTheEndAreNoneWhereWholesTouchOrHardlyDiffer) {
  CaseResult result = told_by_their_second_halves();
  result.samples[0].seconds = result.samples[23].seconds;
  EXPECT_FALSE(states_of(result, "B/s")) << "one of the slow as fast as one of the fast";
  result = told_by_their_second_halves();
  for (Sample& sample : result.samples) sample.relay->system = 1 + 0.05 * (sample.seconds > 2.1);
  EXPECT_FALSE(states_of(result, "relay-cpu-sec/GB")) << "5 % apart";
  for (Sample& sample : result.samples) sample.relay->system = sample.seconds > 2.1 ? 1 : 0;
  EXPECT_FALSE(states_of(result, "relay-cpu-sec/GB")) << "nothing is no part of something";
}

}  // namespace
}  // namespace splicebench
