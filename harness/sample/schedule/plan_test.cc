#include "harness/sample/schedule/plan.h"

#include <gtest/gtest.h>

#include <limits>

namespace splicebench {
namespace {

constexpr double kNoInterval = std::numeric_limits<double>::infinity();

/// One that has had so many blocks of ten rounds.
PlanRow row_of(std::optional<double> width, double seconds, std::int64_t blocks) {
  return {width, seconds, 10 * blocks, 10};
}

TEST(Plan, HasAFirstStageOfWholeBlocks) {
  EXPECT_EQ(first_stage(1), 8);
  EXPECT_EQ(first_stage(2), 8);
  EXPECT_EQ(first_stage(3), 9);
  EXPECT_EQ(first_stage(13), 13);
}

TEST(Plan, GivesTimeToWideRowsAloneTheNearestToTheirGoalFirst) {
  const std::vector<PlanRow> rows{row_of(0.06, 1, 4), row_of(0.02, 1, 4), row_of(kNoInterval, 1, 4),
                                  row_of(0.5, 1, 4),  row_of({}, 1, 4),   row_of(0.04, 1, 4)};
  // 12 blocks, none, one, 120 to 9 %, of no interest, 4.
  EXPECT_EQ(next_pass(rows, 0.03, 1000), (std::vector<std::size_t>{2, 5, 0, 3}));
  EXPECT_EQ(next_pass(rows, 0.03, 100), (std::vector<std::size_t>{2, 5, 0}))
      << "no time goes to one that cannot be reached";
  EXPECT_EQ(rows_there(rows, 0.03), 2U);
}

TEST(Plan, BringsACoarseRowDownToThreeTimesThePrecisionFirst) {
  // To 9 %: 4 x (4 - 1) = 12; to 3 % it would take 140. The other: 4 x (2.25 - 1) = 5.
  const std::vector<PlanRow> rows{row_of(0.18, 1, 4), row_of(0.045, 1, 4)};
  EXPECT_EQ(next_pass(rows, 0.03, 18), (std::vector<std::size_t>{1, 0}));
  EXPECT_EQ(next_pass(rows, 0.03, 16), (std::vector<std::size_t>{1}));
}

TEST(Plan, GivesACoarseRowTheRoundsThatTellTwoStatesFirst) {
  const std::vector<PlanRow> rows{row_of(0.04, 1, 2), {0.5, 1, 23, 10}, {0.5, 1, 24, 10}};
  EXPECT_EQ(next_pass(rows, 0.03, 10), (std::vector<std::size_t>{1, 0}));
}

TEST(Plan, TakesRowsThatCostTheSameInTheirOrder) {
  std::vector<PlanRow> rows(40, row_of(0.06, 1, 4));
  for (std::size_t i = 0; i < rows.size(); i += 2) rows[i] = {0.02, 1, 40, 10, 0.06};
  std::vector<std::size_t> wanted;
  for (std::size_t i = 1; i < rows.size(); i += 2) wanted.push_back(i);
  for (std::size_t i = 0; i < rows.size(); i += 2) wanted.push_back(i);
  EXPECT_EQ(next_pass(rows, 0.03, 1000), wanted);
}

TEST(Plan, CountsARowsCostInItsTime) {
  const std::vector<PlanRow> rows{row_of(0.06, 1, 1), row_of(0.04, 10, 1)};
  EXPECT_EQ(next_pass(rows, 0.03, 13), (std::vector<std::size_t>{0, 1}));
  EXPECT_EQ(next_pass(rows, 0.03, 12), (std::vector<std::size_t>{0}));
}

TEST(Plan, SpendsTheRestOnAllWhereNoneCanGetThere) {
  const std::vector<PlanRow> rows{row_of(0.09, 3, 10), row_of(0.06, 4, 10), row_of(0.07, 8, 10)};
  EXPECT_EQ(next_pass(rows, 0.03, 10), (std::vector<std::size_t>{1, 0}));
  EXPECT_EQ(next_pass(rows, 0.03, 7), (std::vector<std::size_t>{1, 0})) << "just so much";
  EXPECT_TRUE(next_pass(rows, 0.03, 2).empty());
  EXPECT_TRUE(next_pass(rows, 0.03, -3).empty());
}

TEST(Plan, HasNarrowRowsTellThePrecisionAfterAllOthersAreNarrow) {
  // To tell 3 %: 4 x (4 - 1) = 12; the other is narrow after 4 x (1.78 - 1) = 4.
  const std::vector<PlanRow> rows{{0.02, 1, 40, 10, 0.06}, {0.04, 1, 40, 10, 0.12}};
  EXPECT_EQ(next_pass(rows, 0.03, 100), (std::vector<std::size_t>{1, 0}));
  EXPECT_EQ(next_pass(rows, 0.03, 15), (std::vector<std::size_t>{1}));
  EXPECT_EQ(rows_there(rows, 0.03), 1U);
  EXPECT_EQ(rows_telling(rows, 0.03), 0U);
  EXPECT_EQ(next_pass({{0.02, 1, 40, 10, kNoInterval}}, 0.03, 1), (std::vector<std::size_t>{0}))
      << "what nothing is known of is looked at after a block";
}

TEST(Plan, IsOverWhenAllAreNarrowAndTell) {
  const std::vector<PlanRow> rows{{0.03, 1, 40, 10, 0.03}, row_of(0.01, 1, 4), row_of({}, 1, 4)};
  EXPECT_TRUE(next_pass(rows, 0.03, 100).empty());
  EXPECT_EQ(rows_telling(rows, 0.03), 3U);
}

}  // namespace
}  // namespace splicebench
