#include "results/compare/gate.h"

#include <gtest/gtest.h>

#include <limits>

#include "results/files/error.h"

namespace splicebench {
namespace {

Summary centre_of(double value) {
  Summary summary;
  summary.centre = value;
  summary.n = 10;
  return summary;
}

/// One row, old against new, with a p of its own.
Comparison comparison_of(const std::string& unit, double old_centre, double new_centre, double p) {
  ComparisonTable table;
  table.unit = unit;
  table.better = better_of(unit);
  table.columns = {{{{".file", "old"}}}, {{{".file", "new"}}}};
  TableCell baseline{centre_of(old_centre), {}, std::nullopt};
  SampleComparison compared;
  compared.p = p;
  compared.alpha = 0.05;
  compared.n_old = compared.n_new = 10;
  TableCell cell{centre_of(new_centre), {}, compared};
  table.rows = {{"A", {}, {baseline, cell}}};
  Comparison comparison;
  comparison.tables.push_back(table);
  return comparison;
}

std::size_t failures(const std::string& limit, const Comparison& comparison) {
  return evaluate_gate(comparison, {parse_gate_limit(limit)}).failures.size();
}

TEST(Gate, HoldsTheNamedDirection) {
  EXPECT_EQ(failures("sec/op>+5%", comparison_of("sec/op", 100, 106, 0.01)), 1U);
  EXPECT_EQ(failures("ns/op>5%", comparison_of("sec/op", 100, 106, 0.01)), 1U);
  EXPECT_EQ(failures("sec/op>+5%", comparison_of("sec/op", 100, 105, 0.01)), 0U);
  EXPECT_EQ(failures("sec/op>+5%", comparison_of("sec/op", 100, 50, 0.01)), 0U);
  EXPECT_EQ(failures("B/s<-3%", comparison_of("B/s", 100, 96, 0.01)), 1U);
}

TEST(Gate, TakesTheUnitsOwnDirection) {
  EXPECT_EQ(failures("5%", comparison_of("sec/op", 100, 110, 0.01)), 1U);
  EXPECT_EQ(failures("5%", comparison_of("sec/op", 100, 90, 0.01)), 0U);
  EXPECT_EQ(failures("5%", comparison_of("B/s", 100, 90, 0.01)), 1U);
  EXPECT_EQ(failures("5%", comparison_of("B/s", 100, 110, 0.01)), 0U);
}

TEST(Gate, LetsThroughWhatIsNotSignificant) {
  EXPECT_EQ(failures("5%", comparison_of("sec/op", 100, 200, 0.06)), 0U);
}

TEST(Gate, ClosesOnAChangeFromZero) {
  EXPECT_EQ(failures("5%", comparison_of("allocs/op", 0, 2, 0.01)), 1U);
}

TEST(Gate, WarnsOfAUnitWithoutDirection) {
  const GateReport report =
      evaluate_gate(comparison_of("score", 100, 200, 0.01), {parse_gate_limit("5%")});
  EXPECT_TRUE(report.passed(false));
  EXPECT_FALSE(report.passed(true));
}

TEST(Gate, WarnsOfAMissingRowAndOfTooFewSamples) {
  Comparison comparison = comparison_of("sec/op", 100, 100, 1);
  comparison.tables.front().rows.front().cells[1]->comparison->too_few = true;
  comparison.tables.front().rows.push_back(comparison.tables.front().rows.front());
  comparison.tables.front().rows.back().cells[1].reset();
  const GateReport report = evaluate_gate(comparison, {parse_gate_limit("5%")});
  EXPECT_EQ(report.warnings.size(), 2U);
  EXPECT_TRUE(report.passed(false));
  EXPECT_FALSE(report.passed(true));
}

TEST(Gate, CorrectsOverAllThatItHolds) {
  Comparison comparison = comparison_of("sec/op", 100, 110, 0.03);
  EXPECT_EQ(failures("5%", comparison), 1U);
  std::vector<TableRow>& rows = comparison.tables.front().rows;
  for (int i = 0; i < 9; ++i) {
    rows.push_back(rows.front());
    rows.back().cells[1]->comparison->p = 0.9;
  }
  EXPECT_EQ(failures("5%", comparison), 0U);
  rows.front().cells[1]->comparison->p = 0.004;
  EXPECT_EQ(failures("5%", comparison), 1U);
  const GateReport report =
      evaluate_gate(comparison, {parse_gate_limit("5%"), parse_gate_limit("sec/op>5%")});
  EXPECT_EQ(report.tests, 10) << "a cell is tested once";
  EXPECT_EQ(gate_rate(report),
            "10 tests, corrected over all of them (Holm): of two results alike at most 5% fail");
}

TEST(Gate, TakesOneOfTwoUnitsThatSayTheSame) {
  Comparison comparison = comparison_of("sec/op", 100, 110, 0.01);
  comparison.tables.push_back(comparison_of("B/s", 110, 100, 0.01).tables.front());
  const GateReport report = evaluate_gate(comparison, {parse_gate_limit("5%")});
  ASSERT_EQ(report.failures.size(), 1U);
  EXPECT_EQ(report.failures.front().unit, "sec/op");
  EXPECT_EQ(report.tests, 1);
  EXPECT_EQ(failures("B/s<-5%", comparison), 1U) << "where it is named it is taken";
  comparison.tables.back().rows.front().label = "B";
  EXPECT_EQ(failures("5%", comparison), 2U) << "another row says something else";
}

TEST(Gate, WarnsWhereSoManyTestsNeedMoreSamples) {
  Comparison comparison = comparison_of("sec/op", 100, 110, 0.01);
  SampleComparison& compared = *comparison.tables.front().rows.front().cells[1]->comparison;
  compared.n_old = compared.n_new = 4;  // p is at least 0.029
  EXPECT_TRUE(evaluate_gate(comparison, {parse_gate_limit("50%")}).passed(true));
  std::vector<TableRow>& rows = comparison.tables.front().rows;
  rows.push_back(rows.front());
  const GateReport report = evaluate_gate(comparison, {parse_gate_limit("50%")});
  ASSERT_EQ(report.warnings.size(), 2U);
  EXPECT_NE(report.warnings.front().find("too few samples to tell among 2 tests"),
            std::string::npos);
}

TEST(Gate, RefusesAUnitThatNoTableHas) {
  EXPECT_THROW(failures("sex/op>5%", comparison_of("sec/op", 1, 2, 0.01)), UsageError);
}

TEST(Gate, RefusesWhatIsNoLimit) {
  for (const char* text : {"", "5", "%", "sec/op", ">5%", "sec/op>x%", "-5%", "sec/op>inf%"}) {
    EXPECT_THROW(parse_gate_limit(text), UsageError) << text;
  }
}

TEST(Gate, RefusesToJudgeWhereNothingIsCompared) {
  EXPECT_THROW(failures("5%", Comparison()), UsageError);
  Comparison one_sided = comparison_of("sec/op", 100, 110, 0.01);
  one_sided.tables.front().rows.front().cells[1].reset();
  EXPECT_THROW(failures("5%", one_sided), UsageError);
}

}  // namespace
}  // namespace splicebench
