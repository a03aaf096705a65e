// Changes against their definition (change_points.h), computed a second time.

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <random>
#include <vector>

#include "results/stats/changes/change_points.h"
#include "results/testing/draws.h"

namespace splicebench {
namespace {

/// |t|^2 of the difference between the means of the first `at` of `values` and of the others.
double figure_of(const std::vector<double>& values, std::size_t at, double variance) {
  const auto end = values.begin() + static_cast<std::ptrdiff_t>(at);
  const double n = static_cast<double>(values.size());
  const double before = static_cast<double>(at);
  const double left = std::accumulate(values.begin(), end, 0.0) / before;
  const double right = std::accumulate(end, values.end(), 0.0) / (n - before);
  double within = 0;
  for (std::size_t i = 0; i < values.size(); ++i)
    within += std::pow(values[i] - (i < at ? left : right), 2);
  const double apart = (left - right) * (left - right) / (1 / before + 1 / (n - before));
  return apart / (within / (n - 2) + variance);
}

double greatest_of(const std::vector<double>& values, double variance) {
  double most = 0;
  for (std::size_t at = 2; at + 2 <= values.size(); ++at)
    most = std::max(most, figure_of(values, at, variance));
  return most;
}

TEST(ChangePoints, AreByTheirDefinitionAgainstOrdersOfItsOwn) {
  testing::Random random(20261129);
  constexpr int kOrders = 3000;
  for (int family = 0; family < 8; ++family) {
    std::vector<RunSeries> all;
    for (const double variance : {0.0, 1.0, 0.05, 0.3}) {
      RunSeries& series = all.emplace_back(RunSeries{{}, variance});
      for (int run = 0; run < 8; ++run)
        series.values.push_back((run < 5 ? 0 : 0.7 * family) + testing::normal(random));
    }
    all.push_back(RunSeries{std::vector<double>(8, 0.1), 0.01});
    std::vector<double> greatest(kOrders);
    for (double& most : greatest) {
      std::vector<std::size_t> order(8);
      std::iota(order.begin(), order.end(), std::size_t{0});
      std::shuffle(order.begin(), order.end(), random);
      for (const RunSeries& series : all) {
        std::vector<double> values;
        for (const std::size_t run : order) values.push_back(series.values[run]);
        most = std::max(most, greatest_of(values, series.variance));
      }
    }
    const auto found = change_points_of(all, 1);
    for (std::size_t i = 0; i < all.size(); ++i) {
      ASSERT_EQ(found[i].size(), 1U) << "at that level everything is one";
      const double seen = greatest_of(all[i].values, all[i].variance) * (1 - 1e-9);
      const auto reach = std::count_if(greatest.begin(), greatest.end(),
                                       [&](double most) { return most >= seen; });
      const double p = static_cast<double>(reach) / kOrders;
      const double error = std::sqrt(p * (1 - p) * (1.0 / 999 + 1.0 / kOrders));
      EXPECT_NEAR(found[i][0].p, p, 4 * error + 0.003) << family << ' ' << i;
      if (i + 1 == all.size()) {
        EXPECT_EQ(found[i][0].p, 1) << "what never varies";
      } else {
        EXPECT_DOUBLE_EQ(figure_of(all[i].values, found[i][0].at, all[i].variance),
                         greatest_of(all[i].values, all[i].variance));
      }
    }
  }
}

}  // namespace
}  // namespace splicebench
