#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <random>
#include <vector>

#include "results/stats/paired.h"

namespace splicebench {
namespace {

using Noise = std::function<double(std::mt19937_64&)>;

/// Share of tables of 44 rows x 20 rounds without any difference in which some row is claimed.
double false_claims(int tables, const Noise& noise) {
  constexpr std::size_t rows = 44;
  constexpr std::size_t rounds = 20;
  std::mt19937_64 random(20260101);
  int claimed = 0;
  for (int i = 0; i < tables; ++i) {
    PairedTable table;
    table.rows.resize(rows);
    std::vector<std::vector<double>> log_ratios(rows, std::vector<double>(rounds));
    for (std::vector<double>& row : log_ratios) {
      // Two modes under the same drift, so only their own noise is left in the ratio.
      for (double& ratio : row) ratio = noise(random) - noise(random);
      std::sort(row.begin(), row.end());
    }
    judge_paired(table, log_ratios);
    const bool any = std::any_of(table.rows.begin(), table.rows.end(),
                                 [](const PairedComparison& row) { return row.significant; });
    const bool excludes_none =
        std::any_of(table.rows.begin(), table.rows.end(),
                    [](const PairedComparison& row) { return row.low > 1 || row.high < 1; });
    EXPECT_EQ(any, excludes_none);  // interval and claim agree
    claimed += any ? 1 : 0;
  }
  return static_cast<double>(claimed) / tables;
}

constexpr int kTables = 4000;

/// alpha and three standard errors of a share of that size.
double bound() { return 0.05 + 3 * std::sqrt(0.05 * 0.95 / kTables); }

TEST(PairedSimulation, ClaimsNothingFalseUnderNormalNoise) {
  std::normal_distribution<double> normal(0, 0.05);
  EXPECT_LE(false_claims(kTables, [&](std::mt19937_64& random) { return normal(random); }),
            bound());
}

TEST(PairedSimulation, ClaimsNothingFalseUnderHeavyTails) {
  std::cauchy_distribution<double> cauchy(0, 0.05);
  EXPECT_LE(false_claims(kTables, [&](std::mt19937_64& random) { return cauchy(random); }),
            bound());
}

TEST(PairedSimulation, ClaimsNothingFalseUnderSkewedOutliers) {
  std::lognormal_distribution<double> outlier(0, 2);
  EXPECT_LE(false_claims(kTables, [&](std::mt19937_64& random) { return outlier(random); }),
            bound());
}

TEST(PairedSimulation, FindsADifferenceThatIsThere) {
  std::mt19937_64 random(1);
  std::normal_distribution<double> normal(std::log(1.1), 0.02);
  PairedTable table;
  table.rows.resize(44);
  std::vector<std::vector<double>> log_ratios(44, std::vector<double>(20));
  for (std::vector<double>& row : log_ratios) {
    for (double& ratio : row) ratio = normal(random);
    std::sort(row.begin(), row.end());
  }
  judge_paired(table, log_ratios);
  for (const PairedComparison& row : table.rows) {
    EXPECT_TRUE(row.significant);
    EXPECT_NEAR(row.ratio, 1.1, 0.03);
    EXPECT_LT(row.low, row.ratio);
    EXPECT_GT(row.high, row.ratio);
  }
}

TEST(PairedSimulation, ClaimsNothingWithTooFewRounds) {
  PairedTable table;
  table.rows.resize(44);
  judge_paired(table, std::vector<std::vector<double>>(44, std::vector<double>(10, 0.5)));
  EXPECT_EQ(table.rounds_needed, 11);
  for (const PairedComparison& row : table.rows) {
    EXPECT_FALSE(row.significant);
    EXPECT_TRUE(std::isinf(row.high));
  }
}

}  // namespace
}  // namespace splicebench
