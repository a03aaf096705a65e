#include <gtest/gtest.h>

#include "plots/data/theme.h"
#include "plots/testing/count.h"
#include "plots/testing/drawn.h"
#include "results/stats/case_figures.h"

namespace splicebench {
namespace {

using testing::colour;
using testing::draw;
using testing::draw_svg;
using testing::kHeading;
using testing::label_y;
using testing::one_path;
using testing::SvgChart;
using testing::SvgMark;
using testing::synthetic_result;
using testing::SyntheticOptions;

/// `result` with every other of its chunks, as a quick run has them.
Result quick(Result result) {
  std::erase_if(result.cases, [](const CaseResult& one) {
    return one.id.chunk != 1024 && one.id.chunk != 65536;
  });
  result.options.chunks = {1024, 65536};
  return result;
}

TEST(Throughput, HasAPointPerCaseInTheModesColourAndShape) {
  const SvgChart chart = draw_svg("throughput", {synthetic_result()});
  EXPECT_EQ(chart.marks_of(colour(0), 7, kHeading).size(), 44U);
  EXPECT_EQ(chart.marks_of(colour(1), 5, kHeading).size(), 44U);
  EXPECT_EQ(chart.marks_of(colour(0), 7, 0).size(), 45U) << "and one in the legend";
}

TEST(Throughput, PointsLieAtTheirMediansOnTheAxis) {
  const Result result = synthetic_result(one_path());
  const SvgChart chart = draw_svg("throughput", {result});
  const double zero = label_y(chart, "0.0");
  const double per_unit = (zero - label_y(chart, "1.0"));
  ASSERT_GT(per_unit, 0);
  const std::vector<SvgMark> marks = chart.marks_of(colour(1), 5, kHeading);
  std::vector<double> medians;
  for (const CaseFigures& one : figures_of(result)) {
    if (one.id.mode == "splice") medians.push_back(one.throughput->centre / 1e9);
  }
  ASSERT_EQ(marks.size(), medians.size());
  for (std::size_t i = 0; i < marks.size(); ++i) {
    // The label's baseline lies below its tick by the same few pixels everywhere: slopes tell.
    const double shown = (marks[0].y - marks[i].y) / per_unit;
    EXPECT_NEAR(shown, medians[i] - medians[0], 0.01) << i;
    if (i > 0) {
      EXPECT_GT(marks[i].x, marks[i - 1].x);
    }
  }
  EXPECT_NEAR((zero - marks[0].y) / per_unit, medians[0], 0.1);
}

TEST(Throughput, NamesAxesUnitsMachineAndRounds) {
  const SvgChart chart = draw_svg("throughput", {synthetic_result()});
  for (const char* text :
       {"throughput (GB/s)", "chunk size", "1\u00A0KiB", "1\u00A0MiB", "generic", "splice",
        "tcp-to-null", "median of 20 rounds and its 95 % interval", "example", "Example CPU",
        "6.1.0", "2026-01-02", "alone: relay on CPU 1", "20 rounds"}) {
    EXPECT_TRUE(chart.has_text(text)) << text;
  }
}

TEST(Throughput, OneRoundHasNoIntervalAndSaysSo) {
  SyntheticOptions options;
  options.rounds = 1;
  const SvgChart chart = draw_svg("throughput", {synthetic_result(options)});
  EXPECT_TRUE(chart.has_text("no interval: a 95 % interval needs 6 rounds"));
  EXPECT_EQ(chart.marks_of(colour(0), 7, kHeading).size(), 44U);
}

TEST(Throughput, MissingCasesHaveNoPointAndAnEmptyPathSaysSo) {
  Result result = synthetic_result();
  std::erase_if(result.cases, [](const CaseResult& one) {
    return one.id.chunk == 8192 && one.id.mode == "splice";
  });
  for (CaseResult& one : result.cases) {
    if (one.id.path != "tcp-to-file") continue;
    for (Sample& sample : one.samples) sample.error = "reader hung up";
  }
  const SvgChart chart = draw_svg("throughput", {result});
  EXPECT_EQ(chart.marks_of(colour(0), 7, kHeading).size(), 33U);
  EXPECT_EQ(chart.marks_of(colour(1), 5, kHeading).size(), 30U);
  EXPECT_TRUE(chart.has_text("no good sample of this path"));
}

TEST(Throughput, SeveralResultsStandInRowsWithTheirNames) {
  const SvgChart chart = draw_svg("throughput", {synthetic_result(), synthetic_result()});
  EXPECT_TRUE(chart.has_text("tcp-to-tcp, A.json"));
  EXPECT_TRUE(chart.has_text("tcp-to-tcp, B.json"));
  EXPECT_EQ(chart.marks_of(colour(0), 7, kHeading).size(), 88U);
}

TEST(Throughput, OnlyAChunkThatAResultPlannedIsAGapInItsLine) {
  const Result whole = synthetic_result(one_path());
  const testing::Drawn drawing = draw("throughput", {quick(whole), whole});
  EXPECT_EQ(testing::count_of(drawing.script, "with filledcurves"), 4U);
  EXPECT_EQ(testing::count_of(drawing.script, "with lines"), 4U);
  Result failed = quick(whole);
  failed.options.chunks.push_back(4096);
  EXPECT_EQ(testing::count_of(draw("throughput", {failed}).script, "with lines"), 0U);
}

TEST(Throughput, FiveModesDifferInColourAndShape) {
  SyntheticOptions options = one_path();
  options.modes = {"generic", "splice", "generic:buffer=1MiB", "splice:pipe=64KiB", "sockmap"};
  const std::vector<Result> results{synthetic_result(options)};
  const SvgChart chart = draw_svg("throughput", results);
  for (const ChartMode& mode : modes_of(results)) {
    const ModeLook look = look_of_slot(mode.slot, false);
    EXPECT_EQ(chart.marks_of(look.colour, look.marker, kHeading).size(), 11U) << mode.name;
  }
}

TEST(Throughput, NothingGoodIsNothingToDraw) {
  Result result = synthetic_result(one_path());
  for (CaseResult& one : result.cases) {
    for (Sample& sample : one.samples) sample.error = "no route";
  }
  const testing::Drawn drawing = draw("throughput", {result});
  EXPECT_TRUE(drawing.script.empty());
  EXPECT_EQ(drawing.missing, "no case has a good sample");
}

TEST(Throughput, ACaseOfTwoStatesHasAHollowMarkForEach) {
  Result result = synthetic_result(one_path());
  const SvgChart before = draw_svg("throughput", {result});
  for (CaseResult& one : result.cases) {
    if (one.id.mode != "splice" || one.id.chunk != 65536) continue;
    for (Sample& sample : one.samples) sample.seconds *= sample.round % 5 < 2 ? 3 : 1;
  }
  const testing::Drawn drawing = draw("throughput", {result});
  EXPECT_NE(drawing.script.find("hollow: one of two states"), std::string::npos);
  const SvgChart after = draw_svg("throughput", {result});
  EXPECT_EQ(before.marks_of(colour(1), 4, kHeading).size(), 0U);
  EXPECT_EQ(after.marks_of(colour(1), 4, kHeading).size(), 2U);
}

}  // namespace
}  // namespace splicebench
