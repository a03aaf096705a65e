#include "results/stats/runs/spread.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <functional>

#include "results/testing/draws.h"

namespace splicebench {
namespace {

TEST(Spread, OfADifferenceIsWelchs) {
  // Variances 2.5 of five and 50 of two.
  const Spread spread = difference_of({1, 2, 3, 4, 5}, {10, 20});
  EXPECT_DOUBLE_EQ(spread.variance, 25.5);
  EXPECT_DOUBLE_EQ(spread.degrees, 25.5 * 25.5 / (0.5 * 0.5 / 4 + 25.0 * 25.0 / 1));
  const Spread same = difference_of({10, 20}, {1, 2, 3, 4, 5});
  EXPECT_DOUBLE_EQ(same.variance, spread.variance);
  EXPECT_DOUBLE_EQ(same.degrees, spread.degrees);
  EXPECT_DOUBLE_EQ(difference_of({1, 3, 5}, {2, 4, 6}).degrees, 4) << "of alike sides their sum";
  const Spread none = difference_of({7, 7, 7}, {7, 7});
  EXPECT_EQ(none.variance, 0);
  EXPECT_EQ(none.degrees, 3);
}

TEST(Spread, OfASumIsSatterthwaites) {
  const Spread sum = sum_of({{4, 2}, {9, 3}, {0, 0}});
  EXPECT_DOUBLE_EQ(sum.variance, 13);
  EXPECT_DOUBLE_EQ(sum.degrees, 13.0 * 13 / (4.0 * 4 / 2 + 9.0 * 9 / 3));
  EXPECT_DOUBLE_EQ(sum_of({{4, 2}}).degrees, 2);
  EXPECT_EQ(sum_of({{0, 7}}).variance, 0);
  EXPECT_EQ(sum_of({{0, 7}}).degrees, 0);
  EXPECT_EQ(sum_of({}).degrees, 0);
}

TEST(Spread, HasPOfStudentsTable) {
  // t of 4 degrees is beyond 2.7764 in one of twenty cases, of 1 degree beyond 1 in one of two.
  EXPECT_NEAR(t_quantile(4, 0.975), 2.776445, 1e-6);
  EXPECT_NEAR(p_of(2.776445, {1, 4}), 0.05, 1e-6);
  EXPECT_NEAR(p_of(-2.776445, {1, 4}), 0.05, 1e-6);
  EXPECT_NEAR(p_of(2 * 2.776445, {4, 4}), 0.05, 1e-6);
  EXPECT_NEAR(p_of(1, {1, 1}), 0.5, 1e-12);
  EXPECT_EQ(p_of(0, {1, 4}), 1);
  EXPECT_EQ(p_of(0, {0, 4}), 1);
  EXPECT_EQ(p_of(0.001, {0, 4}), 0) << "what never varies has changed";
  EXPECT_LE(p_of(1e-300, {1, 4}), 1);
}

TEST(Spread, HasTheMiddleAndTheMean) {
  EXPECT_EQ(median_figure({9, 1, 5}), 5);
  EXPECT_EQ(median_figure({9, 1, 5, 6}), 5.5);
  EXPECT_DOUBLE_EQ(mean_figure({9, 1, 5}), 5);
  EXPECT_DOUBLE_EQ(mean_figure({1, 2}), 1.5);
  EXPECT_DOUBLE_EQ(variance_of({1, 2, 3, 4, 5}), 2.5);
}

/// By its definition: so many of the rests are as great as they are by chance alone where the
/// variance between runs is that of the last of these.
double between_by_order(const std::vector<Rest>& rests, double share) {
  std::vector<double> each;
  for (const Rest& rest : rests) each.push_back(rest.square / rest.usual - rest.variance);
  std::sort(each.begin(), each.end(), std::greater<>());
  const auto above = static_cast<std::size_t>((1 - share) * static_cast<double>(each.size()));
  return std::max(0.0, each[above]);
}

TEST(Spread, BetweenRunsIsWhatTheRestsLeaveOfTheirQuantile) {
  testing::Random random(20261129);
  for (std::size_t n = 1; n <= 40; ++n) {
    for (const double share : {0.5, 1.0 / 3}) {
      std::vector<Rest> rests(n);
      for (Rest& rest : rests) {
        rest = {std::pow(testing::normal(random), 2), 0.3 * testing::uniform(random),
                0.2 + testing::uniform(random)};
      }
      const double wanted = between_by_order(rests, share);
      EXPECT_EQ(between_of(rests, share), wanted) << n << ' ' << share;
      // No less would do.
      const auto above = [&](double between) {
        return std::count_if(rests.begin(), rests.end(), [&](const Rest& rest) {
          return rest.square > rest.usual * (rest.variance + between);
        });
      };
      const double most = (1 - share) * static_cast<double>(n);
      EXPECT_LE(above(wanted * (1 + 1e-9)), most);
      if (wanted > 0) {
        EXPECT_GT(above(wanted * (1 - 1e-9)), most);
      }
    }
  }
  EXPECT_EQ(between_of({{1, 2, 1}, {1, 2, 1}}, 0.5), 0) << "their noise explains them";
}

}  // namespace
}  // namespace splicebench
