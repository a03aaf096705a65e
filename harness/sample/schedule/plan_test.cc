#include "harness/sample/schedule/plan.h"

#include <gtest/gtest.h>

#include <limits>

namespace splicebench {
namespace {

constexpr double kNoInterval = std::numeric_limits<double>::infinity();

TEST(Plan, HasAFirstStageOfWholeBlocks) {
  EXPECT_EQ(first_stage(1), 8);
  EXPECT_EQ(first_stage(2), 8);
  EXPECT_EQ(first_stage(3), 9);
  EXPECT_EQ(first_stage(13), 13);
}

TEST(Plan, GivesTimeToWideRowsAloneTheWidestFirst) {
  const std::vector<PlanRow> rows{{0.04, 1}, {0.02, 1}, {kNoInterval, 1}, {0.5, 1}, {{}, 1}};
  EXPECT_EQ(next_pass(rows, 0.03, 100), (std::vector<std::size_t>{2, 3, 0}));
  EXPECT_EQ(rows_there(rows, 0.03), 2U);
}

TEST(Plan, TakesNoMoreThanTheTimeLeft) {
  const std::vector<PlanRow> rows{{0.1, 5}, {0.2, 8}, {0.3, 4}, {0.05, 1}};
  EXPECT_EQ(next_pass(rows, 0.03, 10), (std::vector<std::size_t>{2, 0, 3}));
  EXPECT_TRUE(next_pass(rows, 0.03, 0.5).empty());
  EXPECT_TRUE(next_pass(rows, 0.03, -3).empty());
}

TEST(Plan, IsOverWhenAllAreNarrow) {
  EXPECT_TRUE(next_pass({{0.03, 1}, {0.01, 1}}, 0.03, 100).empty());
}

}  // namespace
}  // namespace splicebench
