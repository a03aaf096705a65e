#include "results/stats/rank/signed_rank.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <limits>
#include <random>
#include <vector>

namespace splicebench {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

/// p by going through all signs, with ranks counted one by one.
double p_by_hand(const std::vector<double>& differences) {
  std::vector<double> ranks;
  double positive = 0;
  for (const double d : differences) {
    if (d == 0) continue;
    double rank = 0.5;
    for (const double other : differences) {
      if (std::abs(other) < std::abs(d)) rank += 1;
      if (std::abs(other) == std::abs(d)) rank += 0.5;
    }
    ranks.push_back(rank);
    if (d > 0) positive += rank;
  }
  const double all = [&] {
    double sum = 0;
    for (const double rank : ranks) sum += rank;
    return sum;
  }();
  const double seen = std::min(positive, all - positive);
  std::int64_t as_far = 0;
  for (std::uint64_t signs = 0; signs < (1ULL << ranks.size()); ++signs) {
    double sum = 0;
    for (std::size_t i = 0; i < ranks.size(); ++i) sum += (signs >> i & 1U) ? ranks[i] : 0;
    as_far += sum <= seen ? 1 : 0;
  }
  return std::min(1.0,
                  2 * std::ldexp(static_cast<double>(as_far), -static_cast<int>(ranks.size())));
}

/// Ascending; with ties and zeros where `tied`.
std::vector<double> some_differences(std::size_t n, bool tied, std::mt19937_64& random) {
  std::vector<double> differences(n);
  for (double& one : differences) {
    one = static_cast<double>(random() % 2001) / 1000 - 0.8;
    if (tied) one = std::round(one * 4) / 4;
  }
  std::sort(differences.begin(), differences.end());
  return differences;
}

TEST(SignedRank, IsTheShareOfAllSignsAtEveryN) {
  std::mt19937_64 random(1);
  for (std::size_t n = 1; n <= 12; ++n) {
    for (const bool tied : {false, true}) {
      for (int i = 0; i < 10; ++i) {
        const std::vector<double> differences = some_differences(n, tied, random);
        EXPECT_NEAR(signed_rank_test(differences), p_by_hand(differences), 1e-12) << n;
      }
    }
  }
}

TEST(SignedRank, OfWilcoxonsOwnTables) {
  // n = 15, T = 25: 0.0473; n = 20, T = 52: 0.0484 (two-sided; Conover, table A12 has 26 and 53 as
  // the first beyond 0.025 on a side).
  const auto with_sum = [](std::int64_t n, std::int64_t negative) {
    std::vector<double> differences;
    for (std::int64_t rank = n; rank >= 1; --rank) {
      const bool down = rank <= negative;
      if (down) negative -= rank;
      differences.push_back(static_cast<double>(down ? -rank : rank));
    }
    std::sort(differences.begin(), differences.end());
    return signed_rank_test(differences);
  };
  EXPECT_NEAR(with_sum(15, 25), 0.0479, 0.0006);
  EXPECT_NEAR(with_sum(20, 52), 0.0484, 0.0006);
}

TEST(SignedRank, IsNearlyContinuousWhereTheExactTableEnds) {
  for (const double shift : {0.0, 0.05, 0.1}) {
    std::vector<double> p;
    for (const std::size_t n : {50U, 51U}) {
      std::vector<double> differences;
      for (std::size_t i = 0; i < n; ++i)
        differences.push_back((static_cast<double>(i) + 0.5) / static_cast<double>(n) - 0.5 +
                              shift + 1e-6);
      p.push_back(signed_rank_test(differences));
    }
    EXPECT_NEAR(std::log(p[0]), std::log(p[1]), 0.2) << shift;
  }
}

TEST(SignedRank, FallsWhenADifferenceMovesAwayFromTheOtherSide) {
  std::mt19937_64 random(2);
  for (const std::size_t n : {5U, 9U, 20U, 60U}) {
    for (int i = 0; i < 100; ++i) {
      std::vector<double> differences = some_differences(n, false, random);
      for (double& one : differences) one += 0.5 + 1e-6 * static_cast<double>(random() % 9999);
      const double before = signed_rank_test(differences);
      if (centre_of(differences, 0.05).value <= 0) continue;
      differences[random() % n] += 0.25;
      std::sort(differences.begin(), differences.end());
      EXPECT_LE(signed_rank_test(differences), before + 1e-12) << n;
    }
  }
}

TEST(SignedRank, DoesNotCareForOrderSignOrScale) {
  std::mt19937_64 random(3);
  for (const std::size_t n : {1U, 2U, 7U, 30U, 70U}) {
    std::vector<double> differences = some_differences(n, n % 2 == 1, random);
    std::vector<double> mirrored;
    for (const double one : differences) mirrored.push_back(-3 * one);
    std::sort(mirrored.begin(), mirrored.end());
    EXPECT_DOUBLE_EQ(signed_rank_test(differences), signed_rank_test(mirrored));
    const Centre one = centre_of(differences, 0.05);
    const Centre other = centre_of(mirrored, 0.05);
    EXPECT_NEAR(one.value, -other.value / 3, 1e-14);
    if (std::isfinite(one.high)) {
      EXPECT_NEAR(one.low, -other.high / 3, 1e-14);
    }
  }
}

TEST(SignedRank, OfNothingThatDiffersIsOne) {
  EXPECT_EQ(signed_rank_test(std::array<double, 3>{0, 0, 0}), 1);
  EXPECT_EQ(signed_rank_test({}), 1);
}

TEST(Centre, IsTheMedianOfAllAverages) {
  std::mt19937_64 random(4);
  for (std::size_t n = 1; n <= 40; ++n) {
    const std::vector<double> differences = some_differences(n, n % 3 == 0, random);
    std::vector<double> averages;
    for (std::size_t i = 0; i < n; ++i) {
      for (std::size_t j = i; j < n; ++j) averages.push_back((differences[i] + differences[j]) / 2);
    }
    std::sort(averages.begin(), averages.end());
    const std::size_t half = averages.size() / 2;
    const double median =
        averages.size() % 2 == 1 ? averages[half] : (averages[half - 1] + averages[half]) / 2;
    EXPECT_NEAR(centre_of(differences, 0.05).value, median, 1e-15) << n;
  }
}

TEST(Centre, HasAnIntervalThatLeavesZeroOutJustWhenTheTestRefuses) {
  std::mt19937_64 random(5);
  for (const std::size_t n : {4U, 5U, 6U, 10U, 20U, 50U, 51U, 200U}) {
    for (const double level : {0.05, 0.001, 0.0625}) {
      for (int i = 0; i < 40; ++i) {
        std::vector<double> differences = some_differences(n, false, random);
        const double shift =
            static_cast<double>(random() % 1000) / 1000 * 4 / std::sqrt(static_cast<double>(n));
        // Not a number of thousandths: no zeros, no ties.
        for (double& one : differences) one += shift + 1e-6 * static_cast<double>(random() % 9999);
        std::sort(differences.begin(), differences.end());
        const Centre centre = centre_of(differences, level);
        EXPECT_EQ(centre.low > 0 || centre.high < 0, signed_rank_test(differences) <= level)
            << n << ' ' << level;
        EXPECT_LE(centre.low, centre.value);
        EXPECT_GE(centre.high, centre.value);
      }
    }
  }
}

TEST(Centre, WidensWithCare) {
  std::mt19937_64 random(6);
  const std::vector<double> differences = some_differences(20, false, random);
  Centre before = centre_of(differences, 0.5);
  for (const double level : {0.1, 0.05, 0.01, 0.001, 0.0001}) {
    const Centre centre = centre_of(differences, level);
    EXPECT_LE(centre.low, before.low);
    EXPECT_GE(centre.high, before.high);
    EXPECT_EQ(centre.value, before.value);
    before = centre;
  }
}

TEST(Centre, HasNoEndsWhereSoFewDifferencesRefuseNothing) {
  const std::vector<double> five(5, 0.5);
  EXPECT_EQ(centre_of(five, 0.05).high, kInfinity);
  EXPECT_EQ(centre_of(five, 0.05).low, -kInfinity);
  EXPECT_EQ(centre_of(std::vector<double>(6, 0.5), 0.05).high, 0.5);
}

TEST(Centre, TakesInfinitiesAsFartherThanAll) {
  const std::array<double, 7> mixed{-kInfinity, 0.1, 0.2, 0.3, 0.4, 0.5, kInfinity};
  const Centre centre = centre_of(mixed, 0.05);
  EXPECT_NEAR(centre.value, 0.3, 1e-12);
  EXPECT_EQ(centre.low, -kInfinity);
  EXPECT_EQ(centre_of(std::array<double, 2>{kInfinity, kInfinity}, 0.05).value, kInfinity);
  EXPECT_EQ(centre_of(std::array<double, 3>{0, 0, kInfinity}, 0.05).value, kInfinity)
      << "half way there";
  EXPECT_EQ(centre_of(std::array<double, 3>{-0.5, -0.4, kInfinity}, 0.05).value, kInfinity);
  EXPECT_EQ(centre_of(std::array<double, 3>{-kInfinity, 0.4, 0.5}, 0.05).value, -kInfinity);
}

TEST(DifferencesNeeded, IsWhereAllOnOneSideAreEnough) {
  EXPECT_EQ(differences_needed(0.05), 6);
  EXPECT_EQ(differences_needed(0.0625), 5);
  EXPECT_EQ(differences_needed(0.05 / 44), 11);
  EXPECT_EQ(differences_needed(0.05 / 264), 14);
  for (const double level : {0.05, 0.001}) {
    const auto n = static_cast<std::size_t>(differences_needed(level));
    EXPECT_LE(signed_rank_test(std::vector<double>(n, 1)), level);
    EXPECT_GT(signed_rank_test(std::vector<double>(n - 1, 1)), level);
  }
}

}  // namespace
}  // namespace splicebench
