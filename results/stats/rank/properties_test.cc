// What holds of every figure and claim, at every n and with ties: against a second way to compute
// it, or against itself after a change that must make no difference.

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <random>
#include <span>

#include "results/stats/rank/mann_whitney.h"
#include "results/stats/rank/signed_rank.h"
#include "results/stats/summary.h"

namespace splicebench {
namespace {

/// Ascending; every second time in steps so coarse that most are tied.
std::vector<double> some_values(std::size_t n, std::mt19937_64& random) {
  const bool tied = random() % 2 == 0;
  std::vector<double> values(n);
  for (double& one : values) {
    one = 1 + static_cast<double>(random() % 1000) / 100;
    if (tied) one = std::floor(one / 3) + 1;
  }
  std::sort(values.begin(), values.end());
  return values;
}

TEST(RankProperties, TheMedianIsTheMiddleOneOrHalfWayBetweenTheTwo) {
  std::mt19937_64 random(1);
  for (std::size_t n = 1; n <= 70; ++n) {
    for (int i = 0; i < 5; ++i) {
      const std::vector<double> values = some_values(n, random);
      const double usual = (values[(n - 1) / 2] + values[n / 2]) / 2;
      EXPECT_NEAR(median_of_sorted(values), usual, 1e-12) << n;
    }
  }
}

TEST(RankProperties, AnIntervalHoldsTheMedianAndCoversWhatWasAsked) {
  std::mt19937_64 random(2);
  for (std::int64_t n = 1; n <= 120; ++n) {
    const std::vector<double> values = some_values(static_cast<std::size_t>(n), random);
    Summary narrower;
    for (const double confidence : {0.5, 0.8, 0.95, 0.99}) {
      const OrderInterval order = median_interval(n, confidence);
      // Counted anew: that between low and high - 1 of n fair coins fall to one side.
      double coins = 0;
      for (std::int64_t k = std::max<std::int64_t>(order.low, 0); k < std::min(order.high, n + 1);
           ++k)
        coins += std::exp(std::lgamma(n + 1) - std::lgamma(k + 1) - std::lgamma(n - k + 1) -
                          static_cast<double>(n) * std::log(2));
      if (order.low > 0 || order.high <= n) {
        EXPECT_GE(coins, confidence - (n > 30 ? 0.01 : 1e-9)) << n;
        EXPECT_NEAR(order.covered, coins, n > 30 ? 0.01 : 1e-9) << n;
      }
      const Summary summary = summarise_sorted(values, confidence);
      EXPECT_EQ(summary.n, n);
      EXPECT_LE(summary.low, summary.centre);
      EXPECT_GE(summary.high, summary.centre);
      if (narrower.n > 0) {
        EXPECT_LE(summary.low, narrower.low) << "surer, and not wider";
        EXPECT_GE(summary.high, narrower.high) << "surer, and not wider";
      }
      EXPECT_EQ(summary.warnings.empty(),
                std::isfinite(summary.low) && std::isfinite(summary.high));
      narrower = summary;
    }
  }
}

/// As often as one of `first` is above one of `second`; a tie is half.
double u_by_counting(const std::vector<double>& first, const std::vector<double>& second) {
  double u = 0;
  for (const double a : first) {
    for (const double b : second) u += a > b ? 1 : a == b ? 0.5 : 0;
  }
  return u;
}

TEST(RankProperties, MannWhitneyIsSymmetricBoundedAndCountsPairs) {
  std::mt19937_64 random(3);
  // Around where the exact tables end, with ties and without.
  for (const std::size_t n1 : {1U, 2U, 5U, 24U, 25U, 26U, 49U, 50U, 51U}) {
    for (const std::size_t n2 : {1U, 3U, 25U, 26U, 50U, 51U}) {
      for (int i = 0; i < 4; ++i) {
        const std::vector<double> first = some_values(n1, random);
        const std::vector<double> second = some_values(n2, random);
        const UTest one = mann_whitney(first, second);
        const UTest other = mann_whitney(second, first);
        EXPECT_DOUBLE_EQ(one.u, u_by_counting(first, second));
        EXPECT_NEAR(one.p, other.p, 1e-12) << n1 << ' ' << n2;
        EXPECT_GT(one.p, 0);
        EXPECT_LE(one.p, 1);
      }
    }
  }
}

TEST(RankProperties, MannWhitneyFallsAsTheSamplesPart) {
  std::mt19937_64 random(4);
  for (const std::size_t n : {3U, 6U, 25U, 26U, 50U, 51U}) {
    const std::vector<double> first = some_values(n, random);
    double before = 2;
    for (int step = 0; step <= 12; ++step) {
      std::vector<double> second = first;
      for (double& one : second) one += step + 0.005 * (step > 0);
      const double p = mann_whitney(first, second).p;
      // Ties come and go with a shift, and the exact distribution with them.
      if (step > 0) {
        EXPECT_LE(p, before + 0.03) << n << ' ' << step;
      }
      before = p;
    }
    EXPECT_LE(before, n == 3 ? 0.11 : 0.003) << "all of one above all of the other";
  }
}

TEST(RankProperties, MannWhitneyIsNearlyContinuousWhereTheExactCountEnds) {
  std::mt19937_64 random(5);
  for (const std::size_t n : {25U, 50U}) {
    for (int i = 0; i < 10; ++i) {
      std::vector<double> first = some_values(n, random);
      std::vector<double> second = some_values(n, random);
      const double exact = mann_whitney(first, second).p;
      // One more of each, in the middle, which says nothing new.
      const double middle = (median_of_sorted(first) + median_of_sorted(second)) / 2;
      for (std::vector<double>* const side : {&first, &second}) {
        side->push_back(middle);
        std::sort(side->begin(), side->end());
      }
      EXPECT_NEAR(mann_whitney(first, second).p, exact, 0.06) << n;
    }
  }
}

TEST(RankProperties, AnIntervalOfTheMedianEndsAtMostOneBeyondTheSamples) {
  for (std::int64_t n = 1; n <= 80; ++n) {
    for (const double confidence : {0.5, 0.999999, 1 - 1e-14, 1.0}) {
      const OrderInterval interval = median_interval(n, confidence);
      EXPECT_GE(interval.low, 0) << n << ' ' << confidence;
      EXPECT_LE(interval.high, n + 1) << n << ' ' << confidence;
      EXPECT_LT(interval.low, interval.high) << n << ' ' << confidence;
    }
  }
}

/// Twice the mid-rank of each by its distance from 0, with the sign of the difference; those that
/// are 0 are left out.
std::vector<std::int64_t> doubled_ranks(const std::vector<double>& differences) {
  std::vector<std::int64_t> ranks;
  for (const double one : differences) {
    if (one == 0) continue;
    std::int64_t rank = 1;
    for (const double other : differences)
      rank += std::abs(other) < std::abs(one) ? 2 : std::abs(other) == std::abs(one) ? 1 : 0;
    ranks.push_back(one > 0 ? rank : -rank);
  }
  return ranks;
}

/// Of the lesser of the two sums of ranks, each with either sign by a fair coin.
double exact_p(const std::vector<std::int64_t>& ranks, std::int64_t least) {
  std::vector<double> chance{1};
  for (const std::int64_t rank : ranks) {
    const auto size = static_cast<std::size_t>(std::abs(rank));
    chance.resize(chance.size() + size, 0);
    for (std::size_t sum = chance.size(); sum-- > 0;)
      chance[sum] = (chance[sum] + (sum >= size ? chance[sum - size] : 0)) / 2;
  }
  double p = 0;
  for (std::size_t sum = 0; sum <= static_cast<std::size_t>(least); ++sum) p += 2 * chance[sum];
  return std::min(1.0, p);
}

/// By the normal distribution with the same mean and variance, half a rank nearer to the mean.
double normal_p(const std::vector<std::int64_t>& ranks, std::int64_t least) {
  double mean = 0;
  double variance = 0;
  for (const std::int64_t rank : ranks) {
    const double size = static_cast<double>(std::abs(rank)) / 2;
    mean += size / 2;
    variance += size * size / 4;
  }
  const double away = (mean - static_cast<double>(least) / 2 - 0.5) / std::sqrt(variance);
  return std::min(1.0, std::erfc(away / std::sqrt(2)));
}

TEST(RankProperties, SignedRanksAreCountedUpToFiftyThatDifferAndNormalBeyond) {
  std::mt19937_64 random(7);
  for (const std::size_t n : {49U, 50U, 51U, 52U, 80U}) {
    for (const std::size_t zeros : {0U, 1U, 5U}) {
      for (const double steps : {1000.0, 8.0}) {
        for (const double shift : {0.0, 0.15, 0.4}) {
          std::vector<double> differences(zeros, 0);
          while (differences.size() < n + zeros) {
            const double one = static_cast<double>(random() % 10000) / 10000 - 0.5 + shift;
            differences.push_back((std::floor(one * steps) + 0.5) / steps);
          }
          std::sort(differences.begin(), differences.end());
          const std::vector<std::int64_t> ranks = doubled_ranks(differences);
          std::int64_t up = 0;
          std::int64_t down = 0;
          for (const std::int64_t rank : ranks) (rank > 0 ? up : down) += std::abs(rank);
          const double wanted =
              n <= 50 ? exact_p(ranks, std::min(up, down)) : normal_p(ranks, std::min(up, down));
          EXPECT_NEAR(signed_rank_test(differences), wanted, 1e-9 * wanted)
              << n << ' ' << zeros << ' ' << steps << ' ' << shift;
        }
      }
    }
  }
}

TEST(RankProperties, AnIntervalOfTheCentreEndsWhereTheTestBeginsToRefuse) {
  std::mt19937_64 random(9);
  for (const std::size_t n : {6U, 20U, 49U, 50U, 51U, 52U, 53U, 60U, 71U, 90U, 120U}) {
    std::vector<double> differences(n);
    for (double& one : differences) one = static_cast<double>(random() % 1000000007) / 1e9;
    std::sort(differences.begin(), differences.end());
    const auto p_beside = [&](double centre) {
      std::vector<double> rest = differences;
      for (double& one : rest) one -= centre;
      return signed_rank_test(rest);
    };
    for (const double level : {0.2, 0.1, 0.05, 0.04, 0.01, 0.001}) {
      const Centre centre = centre_of(differences, level);
      if (!std::isfinite(centre.low)) continue;
      constexpr double kLittle = 1e-7;
      EXPECT_GT(p_beside(centre.low + kLittle), level) << n;
      EXPECT_LE(p_beside(centre.low - kLittle), level) << n;
      EXPECT_GT(p_beside(centre.high - kLittle), level) << n;
      EXPECT_LE(p_beside(centre.high + kLittle), level) << n;
    }
  }
}

TEST(RankProperties, TheCentreGoesWithTheDifferencesWhereverTheyAre) {
  std::mt19937_64 random(8);
  for (const std::size_t n : {1U, 2U, 7U, 20U, 61U}) {
    const std::vector<double> differences = some_values(n, random);
    const Centre here = centre_of(differences, 0.05);
    for (const double by : {-1000.0, -20.0, -5.0, 5.0, 1000.0}) {
      std::vector<double> moved = differences;
      for (double& one : moved) one += by;
      const Centre there = centre_of(moved, 0.05);
      EXPECT_NEAR(there.value, here.value + by, 1e-10) << n << ' ' << by;
      if (n < 6) {
        EXPECT_EQ(there.low, here.low);
        EXPECT_EQ(there.high, here.high);
        continue;
      }
      EXPECT_NEAR(there.low, here.low + by, 1e-10) << n << ' ' << by;
      EXPECT_NEAR(there.high, here.high + by, 1e-10) << n << ' ' << by;
    }
  }
}

TEST(RankProperties, MannWhitneyReadsNothingBehindItsSamples) {
  const std::vector<double> values{1, 2, 2, 2, 3, 3, 3, 4};
  for (std::size_t n1 = 1; n1 < values.size(); ++n1) {
    for (std::size_t n2 = 1; n2 < values.size(); ++n2) {
      const std::vector<double> first(values.begin(),
                                      values.begin() + static_cast<std::ptrdiff_t>(n1));
      const std::vector<double> second(values.begin(),
                                       values.begin() + static_cast<std::ptrdiff_t>(n2));
      const UTest there = mann_whitney(first, second);
      const UTest here = mann_whitney(std::span(values).first(n1), std::span(values).first(n2));
      EXPECT_DOUBLE_EQ(here.u, u_by_counting(first, second));
      EXPECT_EQ(here.p, there.p);
      EXPECT_EQ(here.all_equal, n1 == 1 && n2 == 1);
    }
  }
}

}  // namespace
}  // namespace splicebench
