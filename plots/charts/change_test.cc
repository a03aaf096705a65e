#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>
#include <sstream>

#include "plots/data/series.h"
#include "plots/testing/count.h"
#include "plots/testing/drawn.h"
#include "results/stats/paired.h"

namespace splicebench {
namespace {

using testing::colour;
using testing::draw;
using testing::draw_svg;
using testing::kHeading;
using testing::one_path;
using testing::SvgChart;
using testing::SvgText;
using testing::synthetic_result;
using testing::SyntheticOptions;

/// Range of the axis of the first panel.
Range range_in(const std::string& script) {
  Range range;
  const std::size_t at = script.find("set yrange [");
  EXPECT_EQ(std::sscanf(script.c_str() + at, "set yrange [%lf:%lf]", &range.low, &range.high), 2);
  return range;
}

TEST(Change, FillsSignificantPointsAlone) {
  const Result result = synthetic_result();
  const SvgChart chart = draw_svg("change", {result});
  const PairedTable table = compare_paired(result, "B/s");
  const std::size_t significant = static_cast<std::size_t>(
      std::count_if(table.rows.begin(), table.rows.end(),
                    [](const PairedComparison& row) { return row.significant; }));
  ASSERT_GT(significant, 0U);
  ASSERT_LT(significant, table.rows.size());
  EXPECT_EQ(chart.marks_of(colour(1), 5, kHeading).size(), significant);
  EXPECT_EQ(chart.marks_of(colour(1), 4, kHeading).size(), table.rows.size() - significant);
  EXPECT_TRUE(chart.has_text("change of throughput (%)"));
}

TEST(Change, TooFewRoundsAreSaid) {
  SyntheticOptions options;
  options.rounds = 4;
  const Result result = synthetic_result(options);
  const SvgChart chart = draw_svg("change", {result});
  const std::int64_t needed = compare_paired(result, "B/s").rounds_needed;
  EXPECT_GT(needed, 10);
  EXPECT_TRUE(chart.has_text("nothing can be claimed below " + std::to_string(needed) + " rounds"));
  EXPECT_TRUE(chart.marks_of(colour(1), 5, kHeading).empty());
}

TEST(Change, OneModeIsNothingToDraw) {
  SyntheticOptions options = one_path();
  options.modes = {"splice"};
  EXPECT_NE(draw("change", {synthetic_result(options)}).missing.find("second mode"),
            std::string::npos);
}

TEST(Change, NamesTheBaselineOfTheRunsThatAreCompared) {
  SyntheticOptions alone = one_path();
  alone.modes = {"splice"};
  const Result generic = synthetic_result(one_path());
  EXPECT_EQ(draw("change", {synthetic_result(alone), generic}).title,
            "Change of throughput against generic");
  SyntheticOptions other = one_path();
  other.modes = {"splice", "sockmap"};
  const SvgChart chart = draw_svg("change", {synthetic_result(other), generic});
  EXPECT_TRUE(chart.has_text("Change of throughput against the baseline of each run"));
  EXPECT_TRUE(chart.has_text("A.json, against splice"));
  EXPECT_TRUE(chart.has_text("B.json, against generic"));
}

TEST(Change, TextOfAnEmptyPanelStaysInIt) {
  SyntheticOptions alone;
  alone.modes = {"splice"};
  const SvgChart chart = draw_svg("change", {synthetic_result(), synthetic_result(alone)});
  std::size_t lines = 0;
  for (const SvgText& text : chart.texts) {
    if (text.text.find("modes share") == std::string::npos) continue;
    ++lines;
    EXPECT_LE(text.text.size() * 6.2, 175) << text.text << ": four panels are so wide";
  }
  EXPECT_EQ(lines, 4U);
}

TEST(Change, OneUnsureIntervalDoesNotSetTheFrame) {
  Result result = synthetic_result(one_path());
  const Range usual = range_in(draw("change", {result}).script);
  EXPECT_EQ(testing::count_of(draw("change", {result}).script, "arrow head"), 0U);
  for (CaseResult& one : result.cases) {
    if (one.id.mode != "splice" || one.id.chunk != 4096) continue;
    for (std::size_t i = 0; i < one.samples.size(); ++i)
      one.samples[i].seconds /= i % 4 == 0 ? 2 + 0.6 * static_cast<double>(i) : 1;  // no two states
  }
  const testing::Drawn drawing = draw("change", {result});
  const Range range = range_in(drawing.script);
  EXPECT_LE(range.high, usual.high * 2.5);
  std::ostringstream end;
  end << ' ' << range.high << ' ' << range.high << '\n';
  EXPECT_EQ(testing::count_of(drawing.script, end.str()), 1U) << "an arrow to the frame";
  EXPECT_EQ(testing::count_of(drawing.script, "an arrow head: the interval goes on"), 1U);
  EXPECT_EQ(testing::count_of(drawing.script, "with vectors head filled"), 1U);
  const SvgChart chart = draw_svg("change", {result});
  EXPECT_EQ(
      chart.marks_of(colour(1), 5, kHeading).size() + chart.marks_of(colour(1), 4, kHeading).size(),
      11U);
}

TEST(Change, NothingFallsByMoreThanEverything) {
  const ChartPanel panel{
      "", "", {{{"splice", 1}, {{1024, 900, 700, 1100}, {2048, -90, -99, -80}}}}};
  const ChartAxis axis = change_axis({panel}, "");
  EXPECT_EQ(axis.low, -100);
  EXPECT_GE(axis.high, 1100);
  ChartPart part{"", "", {panel}};
  EXPECT_EQ(
      give_axes(part, kHigherIsBetter,
                [](const std::vector<ChartPanel>& panels) { return change_axis(panels, ""); }),
      "");
}

TEST(Change, PathsStandInRowsOverOneAxis) {
  const SvgChart chart = draw_svg("change", {synthetic_result()});
  int axes = 0;
  std::vector<double> rows;
  for (const SvgText& text : chart.texts) {
    axes += text.text == "64\u00A0KiB";
    if (text.text == "tcp-to-tcp" || text.text == "tcp-to-null") rows.push_back(text.x);
  }
  EXPECT_EQ(axes, 1);
  ASSERT_EQ(rows.size(), 2U);
  EXPECT_EQ(rows[0], rows[1]) << "one below the other";
}

TEST(Change, OfTwoStatesShowsBothAndNoSingleChange) {
  Result result = synthetic_result(one_path());
  for (CaseResult& one : result.cases) {
    if (one.id.mode != "splice" || one.id.chunk != 65536) continue;
    for (Sample& sample : one.samples) sample.seconds *= sample.round % 5 < 2 ? 3 : 1;
  }
  const SvgChart chart = draw_svg("change", {result});
  EXPECT_EQ(chart.marks_of(colour(1), 2, kHeading).size(), 2U);
  EXPECT_EQ(
      chart.marks_of(colour(1), 5, kHeading).size() + chart.marks_of(colour(1), 4, kHeading).size(),
      10U);
  EXPECT_TRUE(chart.has_text("one of two states"));
}

TEST(Change, OfAFloorIsNotDrawn) {
  SyntheticOptions options = one_path();
  options.modes = {"generic", "splice", "direct"};
  const testing::Drawn drawing = draw("change", {synthetic_result(options)});
  EXPECT_EQ(drawing.script.find("direct"), std::string::npos);
}

}  // namespace
}  // namespace splicebench
