#include "results/stats/paired.h"

#include <gtest/gtest.h>

#include <array>
#include <cmath>

namespace splicebench {
namespace {

TEST(RoundsNeeded, IsElevenForTheDefaultTableOf44Rows) { EXPECT_EQ(rounds_needed(44, 0.05), 11); }

TEST(SignTest, MatchesTheBinomialTailByHand) {
  const std::array<double, 8> seven_of_eight{1, 1, 1, 1, 1, 1, 1, -1};
  EXPECT_DOUBLE_EQ(sign_test(seven_of_eight), 2 * 9.0 / 256.0);
}

TEST(SignTest, DropsZeros) {
  const std::array<double, 3> values{0, 0, 1};
  EXPECT_DOUBLE_EQ(sign_test(values), 1.0);
}

TEST(JudgePaired, TiedRowsHaveTheLevelOfTheMostCareful) {
  // All rounds up, in all rows: the same p. The spread tells an interval at one level from another.
  std::vector<double> ratios;
  for (int i = 1; i <= 20; ++i) ratios.push_back(0.01 * i);
  PairedTable table;
  table.rows.resize(44);
  std::vector<std::vector<double>> log_ratios(44, ratios);
  log_ratios.back() = std::vector<double>(20, 0);  // and one that says nothing
  judge_paired(table, log_ratios);
  for (std::size_t i = 0; i < 43; ++i) {
    EXPECT_TRUE(table.rows[i].significant);
    EXPECT_DOUBLE_EQ(table.rows[i].level, 0.05 / 44);
    EXPECT_EQ(table.rows[i].low, table.rows[0].low) << i;
    EXPECT_EQ(table.rows[i].high, table.rows[0].high) << i;
    EXPECT_EQ(table.rows[i].p_holm, table.rows[0].p_holm) << i;
  }
  EXPECT_DOUBLE_EQ(table.rows.back().level, 0.05);
  EXPECT_FALSE(table.rows.back().significant);
}

}  // namespace
}  // namespace splicebench
