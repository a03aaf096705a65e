// Which rows of two runs are held against each other.

#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <vector>

#include "results/stats/runs/runs_apart.h"
#include "results/stats/runs/spread.h"
#include "results/testing/case_apart.h"

namespace splicebench {
namespace {

using testing::case_apart;

TEST(GroupsApart, OfFewRowsStandTogether) {
  std::vector<CaseApart> cases;
  for (int row = 0; row < 3; ++row) {
    cases.push_back(case_apart(row, "a", 1, 1.1));
    cases.push_back(case_apart(row + 3, "b", 1, 1.1));
  }
  const RunsApart apart = judge_apart(cases, 0.05);
  ASSERT_EQ(apart.groups.size(), 1U);
  EXPECT_EQ(apart.groups[0].names, (std::vector<std::string>{"a", "b"}));
  EXPECT_NEAR(apart.groups[0].change, 0.1, 1e-9);
}

TEST(GroupsApart, HaveTheirOwnShiftFromSixRowsOn) {
  const auto groups = [](int rows_of_a, int rows_of_b) {
    std::vector<CaseApart> cases;
    for (int row = 0; row < rows_of_a; ++row) cases.push_back(case_apart(row, "a", 1, 1));
    for (int row = 0; row < rows_of_b; ++row) cases.push_back(case_apart(100 + row, "b", 1, 1));
    return judge_apart(cases, 0.05).groups.size();
  };
  EXPECT_EQ(groups(6, 6), 2U);
  EXPECT_EQ(groups(5, 5), 1U);
  EXPECT_EQ(groups(6, 5), 2U) << "the others stand together";
  EXPECT_EQ(groups(6, 2), 2U);
  EXPECT_EQ(groups(6, 1), 1U) << "one row has nothing else to be held against";
  EXPECT_EQ(groups(1, 6), 1U);
}

TEST(GroupsApart, ThatAreOneRowAreHeldAgainstTheOthersByWhatTheseDiffer) {
  const auto judged = [](double change) {
    std::vector<CaseApart> cases;
    for (int row = 0; row < 6; ++row) {
      cases.push_back(case_apart(row, "b", 1, 1));
      cases.push_back(case_apart(row + 10, "c", 1, 1.02));
      cases.push_back(case_apart(row + 20, "d", 1, 1.04));
    }
    cases.push_back(case_apart(30, "a", 1, 1 + change));
    const RunsApart apart = judge_apart(cases, 0.05);
    EXPECT_EQ(apart.groups.size(), 4U);
    EXPECT_EQ(apart.groups[0].names, std::vector<std::string>{"a"});
    EXPECT_EQ(apart.groups[0].rows, 1U);
    EXPECT_NEAR(apart.groups[0].change, 0.02, 1e-9);
    EXPECT_NEAR(apart.groups[2].change, 0.02, 1e-9);
    EXPECT_NEAR(cases[0].beyond, 0, 1e-9) << "the others are held against their own";
    // Their visits' variance, and what the three differ by, with their mean's own error.
    const Spread all = sum_of({{1e-4, 8}, {4e-4 * 4 / 3, 2}});
    EXPECT_NEAR(cases.back().among, 0.02, 1e-9);
    EXPECT_NEAR(cases.back().beyond, change - 0.02, 1e-9);
    EXPECT_NEAR(cases.back().p, p_of(change - 0.02, all), 1e-9);
    EXPECT_NEAR(cases.back().high - cases.back().beyond,
                t_quantile(all.degrees, 0.975) * std::sqrt(all.variance), 1e-9);
    return cases.back().p;
  };
  EXPECT_LT(judged(-0.5), 0.001);
  EXPECT_GT(judged(0.05), 0.05) << "as the others do among themselves";
}

}  // namespace
}  // namespace splicebench
