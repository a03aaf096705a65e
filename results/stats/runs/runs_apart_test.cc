#include "results/stats/runs/runs_apart.h"

#include <gtest/gtest.h>

#include <cmath>

#include "results/stats/runs/by_visit.h"
#include "results/stats/runs/spread.h"
#include "results/testing/case_apart.h"

namespace splicebench {
namespace {

using testing::case_apart;

TEST(RunsApart, WhatAPathDoesTogetherIsTakenOffItsCases) {
  std::vector<CaseApart> cases;
  for (int row = 0; row < 8; ++row) {
    cases.push_back(case_apart(row, "a", 1, 0.7 + (row == 3 ? 0.2 : 0)));
    cases.push_back(case_apart(row + 8, "b", 1, 1));
  }
  const RunsApart apart = judge_apart(cases, 0.05);
  ASSERT_EQ(apart.groups.size(), 2U);
  EXPECT_EQ(apart.rows, 16U);
  EXPECT_EQ(apart.groups[0].names, std::vector<std::string>{"a"});
  EXPECT_EQ(apart.groups[0].rows, 8U);
  EXPECT_NEAR(apart.groups[0].change, -0.3, 1e-9);
  EXPECT_NEAR(apart.groups[1].change, 0, 1e-9);
  for (const CaseApart& one : cases) {
    const bool odd = one.row == "3";
    EXPECT_NEAR(one.beyond, odd ? 0.2 : 0, 1e-9);
    EXPECT_NEAR(one.change, one.among + one.beyond, 1e-9);
    EXPECT_EQ(one.p < 0.001, odd) << one.row;
    EXPECT_LT(one.low, one.beyond);
    EXPECT_GT(one.high, one.beyond);
  }
}

TEST(RunsApart, WhatCasesDifferByFromRunToRunIsNoClaim) {
  // Each by itself would be a change of five standard errors.
  std::vector<CaseApart> cases;
  for (int row = 0; row < 20; ++row)
    cases.push_back(case_apart(row, "a", 1, 1 + (row % 2 == 0 ? 0.05 : -0.05) * (1 + row % 5)));
  const RunsApart apart = judge_apart(cases, 0.05);
  EXPECT_GT(apart.groups.at(0).between, 0.08);
  for (const CaseApart& one : cases) EXPECT_GT(one.p, 0.05 / 20) << one.row;
}

TEST(RunsApart, TooFewRowsOrVisitsAreNotJudged) {
  std::vector<CaseApart> cases{case_apart(0, "a", 1, 2), case_apart(1, "a", 1, 1),
                               case_apart(2, "a", 1, 1)};
  RunsApart apart = judge_apart(cases, 0.05);
  EXPECT_TRUE(apart.groups.empty());
  EXPECT_TRUE(std::isinf(apart.could_have_told));
  for (const CaseApart& one : cases) EXPECT_EQ(one.p, 1);
  cases.push_back(case_apart(3, "a", 1, 1));
  cases.push_back(case_apart(4, "a", 1, 3));
  cases.back().older.resize(1);
  apart = judge_apart(cases, 0.05);
  EXPECT_EQ(apart.rows, 4U);
  EXPECT_EQ(cases.back().p, 1);
  EXPECT_TRUE(std::isinf(cases.back().high));
}

TEST(RunsApart, ThreeRunsOnEitherSideTellByThemselves) {
  CaseApart one;
  one.units = RunUnits::kRuns;
  one.older = {1.00, 1.01, 1.02};
  one.newer = {1.30, 1.31, 1.32};
  std::vector<CaseApart> cases{one};
  const RunsApart apart = judge_apart(cases, 0.05);
  EXPECT_TRUE(apart.groups.empty());
  EXPECT_NEAR(cases[0].beyond, 0.3, 1e-9);
  // Student's t of 4 degrees at 0.3 / (0.01 sqrt(2 / 3)) = 36.7.
  EXPECT_NEAR(cases[0].p, 3.3e-6, 0.2e-6);
}

TEST(RunsApart, FiguresThatDoNotVaryAreToldExactly) {
  std::vector<CaseApart> cases;
  for (int row = 0; row < 5; ++row) {
    CaseApart one;
    one.row = std::to_string(row);
    one.older = {1, 1, 1};
    one.newer = row == 0 ? std::vector<double>{2, 2, 2} : one.older;
    cases.push_back(one);
  }
  judge_apart(cases, 0.05);
  EXPECT_EQ(cases[0].p, 0);
  EXPECT_EQ(cases[1].p, 1);
}

/// Modes whose medians are `centres`, of eight rows each, whose changes lie around these at 1 to 4
/// percent on either side.
std::vector<CaseApart> rows_of_modes(const std::vector<double>& centres) {
  std::vector<CaseApart> cases;
  for (std::size_t mode = 0; mode < centres.size(); ++mode) {
    for (int row = 0; row < 8; ++row) {
      const double off = 0.01 * (row < 4 ? row - 4 : row - 3);
      CaseApart& one = cases.emplace_back(case_apart(row, "a", 1, 1 + centres[mode] + off));
      one.mode = std::to_string(mode);
    }
  }
  return cases;
}

struct Modes {
  std::vector<double> centres;
  double square;  ///< of the distance from the middle that the third quantile of the modes has
  double count;   ///< of those that tell it
};

TEST(RunsApart, AnIntervalIsOfVisitsCasesModesAndTheShiftTogether) {
  for (const Modes& modes :
       // Of three the middle one is what the others are held against; of two each has half.
       {Modes{{-0.05, 0.01, 0.03}, 4e-4, 2}, Modes{{0, 0.04}, 8e-4, 1},
        Modes{{0, 0.02, 0.06, 0.14}, 4e-4, 4}}) {
    std::vector<CaseApart> cases = rows_of_modes(modes.centres);
    const RunsApart apart = judge_apart(cases, 0.05);
    // Each side's five visits have a variance of 2.5e-4.
    const Spread visits{1e-4, 8};
    // Half of the cases of a mode are 2 % or less from its median, which went with eight of them.
    const Spread between{4e-4 * 8 / 7 / std::pow(t_quantile(8, 0.75), 2) - 1e-4, 0.37 * 7};
    const Spread shift{1.5708 * (between.variance + 1e-4) / 8, 8};
    const Spread mode{modes.square / (0.4307 * 0.4307) - shift.variance, 0.25 * modes.count};
    const Spread all = sum_of({visits, between, mode, shift});
    const double error = std::sqrt(all.variance);
    for (const CaseApart& one : cases) {
      const double half = t_quantile(all.degrees, 0.975) * error;
      EXPECT_NEAR(one.high - one.beyond, half, 1e-9 * half);
      EXPECT_NEAR(one.beyond - one.low, half, 1e-9 * half);
      EXPECT_NEAR(one.p, p_of(one.beyond, all), 1e-9);
    }
    const double level = 0.05 / static_cast<double>(cases.size());
    const double told =
        (t_quantile(all.degrees, 1 - level / 2) + t_quantile(all.degrees, 0.8)) * error;
    EXPECT_NEAR(apart.could_have_told, told, 1e-6 * told);
    EXPECT_NEAR(apart.groups.at(0).between, std::sqrt(between.variance + mode.variance), 1e-9);
  }
}

TEST(RunsApart, AModeThatScattersMoreThanTheOthersIsHeldAgainstItself) {
  std::vector<CaseApart> cases = rows_of_modes({0, 0, 0});
  for (CaseApart& one : cases) {
    if (one.mode != "2") continue;
    for (double& value : one.newer) value += 9 * (value - 1) / 10;
  }
  judge_apart(cases, 0.05);
  const auto width = [&](std::size_t at) { return cases[at].high - cases[at].low; };
  EXPECT_GT(width(16), 1.15 * width(0));
  EXPECT_NEAR(width(8), width(0), 1e-9);
}

TEST(RunsApart, AModeOfTwoRowsIsHeldAgainstWhatTheseDiffer) {
  std::vector<CaseApart> cases;
  for (int row = 0; row < 8; ++row) cases.push_back(case_apart(row, "a", 1, 1));
  for (const int row : {0, 1}) {
    cases.push_back(case_apart(row, "a", 1, row == 0 ? 0.6 : 1.4));
    cases.back().mode = "other";
  }
  judge_apart(cases, 0.05);
  for (const std::size_t at : {8U, 9U}) {
    EXPECT_NEAR(std::abs(cases[at].beyond), 0.4, 1e-9);
    EXPECT_GT(cases[at].p, 0.05);
  }
}

TEST(RunsApart, MediansAreOfTheRoundsOfAVisit) {
  // Three modes: visits of three rounds, the last one cut off.
  const std::vector<RoundFigure> figures{{0, 5}, {2, 9}, {1, 1}, {3, 7}, {4, 8}};
  EXPECT_EQ(medians_by_visit(figures, 3), (std::vector<double>{5, 7.5}));
  EXPECT_EQ(medians_by_visit(figures, 4).size(), 5U) << "visits of one round";
  EXPECT_TRUE(logarithms({1, 0, 2}).empty());
  EXPECT_NEAR(logarithms({1, std::exp(2.0)})[1], 2, 1e-12);
}

TEST(RunsApart, AdjustsAsBenjaminiAndHochberg) {
  // Their example of 15 tests (1995, section 4.1), of which the first four are claimed at 5 %.
  const std::vector<double> ps{0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344,
                               0.0459, 0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 1.0};
  const std::vector<double> adjusted = false_discovery_adjusted(ps);
  EXPECT_NEAR(adjusted[0], 0.0015, 1e-9);
  EXPECT_NEAR(adjusted[3], 0.0095 * 15 / 4, 1e-9);
  EXPECT_LE(adjusted[3], 0.05);
  EXPECT_GT(adjusted[4], 0.05);
  EXPECT_EQ(adjusted[14], 1);
}

TEST(RunsApart, TwoVisitsOnEitherSideOfFourRowsAreEnough) {
  std::vector<CaseApart> cases;
  for (int row = 0; row < 4; ++row) cases.push_back(case_apart(row, "a", 1, 1 + 0.01 * row));
  cases[0].older.resize(2);
  cases[1].newer.resize(2);
  const RunsApart apart = judge_apart(cases, 0.05);
  ASSERT_EQ(apart.groups.size(), 1U);
  EXPECT_EQ(apart.groups[0].rows, 4U);
  for (const CaseApart& one : cases) EXPECT_TRUE(std::isfinite(one.high)) << one.row;
  cases[0].older.resize(1);
  cases[1].newer.resize(1);
  cases.push_back(case_apart(4, "a", 1, 1));
  cases.push_back(case_apart(5, "a", 1, 1));
  judge_apart(cases, 0.05);
  for (const CaseApart& one : cases) {
    EXPECT_EQ(std::isinf(one.high), one.row < "2") << one.row;
    EXPECT_EQ(std::isinf(one.low), one.row < "2") << one.row;
  }
}

TEST(RunsApart, WhatNeverVariesIsKnownExactlyAndWhatThreeRunsCouldHaveToldIsTheirs) {
  std::vector<CaseApart> cases(1);
  cases[0].units = RunUnits::kRuns;
  cases[0].older = {1, 1, 1};
  cases[0].newer = {1.5, 1.5, 1.5};
  EXPECT_EQ(judge_apart(cases, 0.05).could_have_told, 0);
  EXPECT_EQ(cases[0].low, 0.5);
  EXPECT_EQ(cases[0].high, 0.5);
  cases[0].newer = {1.4, 1.5, 1.6};
  // Variance 0.01 / 3 of two degrees.
  EXPECT_NEAR(judge_apart(cases, 0.05).could_have_told,
              (t_quantile(2, 0.975) + t_quantile(2, 0.8)) * std::sqrt(0.01 / 3), 1e-9);
}

/// Eight rows of a group by a mode, whose changes lie at 1 to 4 percent times `scatter` on either
/// side.
void add_rows(std::vector<CaseApart>& cases, const std::string& group, const std::string& mode,
              double scatter) {
  for (int row = 0; row < 8; ++row) {
    const double off = 0.01 * scatter * (row < 4 ? row - 4 : row - 3);
    CaseApart& one = cases.emplace_back(case_apart(row, group, 1, 1 + off));
    one.row = group + one.row;
    one.mode = mode;
  }
}

/// What is said of the last group.
double between(std::vector<CaseApart> cases) {
  return judge_apart(cases, 0.05).groups.back().between;
}

TEST(RunsApart, NoGroupIsTakenToBeQuieterThanAllAndALoudOneIsAsLoudAsItIs) {
  std::vector<CaseApart> quiet;
  add_rows(quiet, "z", "x", 1);
  std::vector<CaseApart> both;
  add_rows(both, "b", "loud", 6);
  const std::vector<CaseApart> loud = both;
  both.insert(both.end(), quiet.begin(), quiet.end());
  EXPECT_GT(between(both), 1.5 * between(quiet)) << "by what all scatter";
  EXPECT_LT(between(both), 0.8 * between(loud));
  // Among quiet groups a mode that is quiet in a loud one is as loud as that.
  std::vector<CaseApart> alone;
  add_rows(alone, "z", "loud", 6);
  add_rows(alone, "z", "x", 2);
  std::vector<CaseApart> among;
  for (const char* const group : {"b", "c", "d"}) add_rows(among, group, group, 0.1);
  among.insert(among.end(), alone.begin(), alone.end());
  const auto width = [](std::vector<CaseApart> cases) {
    judge_apart(cases, 0.05);
    return cases.back().high - cases.back().low;
  };
  EXPECT_GT(width(among), 0.8 * width(alone));
}

}  // namespace
}  // namespace splicebench
