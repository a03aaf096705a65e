#include <gtest/gtest.h>

#include <algorithm>

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
    const ModeLook look = look_of(mode, false);
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

TEST(Throughput, ACaseOfTwoStatesHasACrossForEachAndNoLineBetween) {
  Result result = synthetic_result(one_path());
  const SvgChart before = draw_svg("throughput", {result});
  EXPECT_EQ(testing::count_of(draw("throughput", {result}).script, "with lines"), 2U);
  for (CaseResult& one : result.cases) {
    if (one.id.mode != "splice" || one.id.chunk != 65536) continue;
    for (Sample& sample : one.samples) sample.seconds *= sample.round % 5 < 2 ? 3 : 1;
  }
  const testing::Drawn drawing = draw("throughput", {result});
  EXPECT_NE(drawing.script.find("one of two states"), std::string::npos);
  EXPECT_EQ(testing::count_of(drawing.script, "with lines"), 3U) << "a line ends before it";
  const SvgChart after = draw_svg("throughput", {result});
  EXPECT_EQ(before.marks_of(colour(1), 2, kHeading).size(), 0U);
  EXPECT_EQ(after.marks_of(colour(1), 2, kHeading).size(), 2U);
  EXPECT_EQ(after.marks_of(colour(1), 5, kHeading).size(), 10U);
}

TEST(Throughput, AFloorIsAThinGreyLineWithoutMarks) {
  SyntheticOptions options = one_path();
  options.modes = {"generic", "splice", "direct"};
  const Result result = synthetic_result(options);
  const testing::Drawn drawing = draw("throughput", {result});
  const std::string line = "with lines lw 1.2 dt solid lc rgb '" + theme(false).zero + "'";
  EXPECT_EQ(testing::count_of(drawing.script, line), 1U);
  EXPECT_EQ(testing::count_of(drawing.script, "with filledcurves"), 2U) << "no band of its own";
  const SvgChart chart = draw_svg("throughput", {result});
  EXPECT_TRUE(chart.has_text("direct"));
  EXPECT_EQ(chart.marks_of(colour(0), 7, kHeading).size(), 11U);
  for (const SvgMark& mark : chart.marks) EXPECT_NE(mark.colour, theme(false).zero);
}

TEST(Throughput, PanelsOfVeryDifferentRangesHaveTheirOwnAndSaySo) {
  SyntheticOptions options;
  options.paths = {"tcp-to-tcp", "tcp-to-null"};
  Result result = synthetic_result(options);
  const std::string words = "each panel has its own range";
  EXPECT_EQ(testing::count_of(draw("throughput", {result}).script, words), 0U);
  for (CaseResult& one : result.cases) {
    for (Sample& sample : one.samples) sample.seconds *= one.id.path == "tcp-to-null" ? 0.1 : 1;
  }
  EXPECT_EQ(testing::count_of(draw("throughput", {result}).script, words), 1U);
}

TEST(Throughput, OneUnsureIntervalDoesNotSetTheFrame) {
  const auto top = [](const Result& result) {
    for (const ChartType& type : charts()) {
      if (type.name != "throughput") continue;
      const Chart chart = compute(type, chart_input({result}, {"A.json"}));
      return chart.parts.front().panels.front().y.high;
    }
    return 0.0;
  };
  Result result = synthetic_result(one_path());
  const double usual = top(result);
  for (CaseResult& one : result.cases) {
    if (one.id.mode != "splice" || one.id.chunk != 1048576) continue;
    // Spread without two states: some far above.
    for (std::size_t i = 0; i < one.samples.size(); ++i)
      one.samples[i].seconds /= i % 2 == 0 ? 1 : 1.0 + 0.5 * static_cast<double>(i);
  }
  EXPECT_LT(top(result), 2 * usual);
  const std::string script = draw("throughput", {result}).script;
  EXPECT_EQ(testing::count_of(script, "an arrow head: the interval goes on"), 1U);
  EXPECT_GE(testing::count_of(script, "with vectors head filled"), 1U);
  EXPECT_EQ(testing::ends_outside(script), 0) << "bands end at the frame";
}

TEST(Throughput, LinesHaveTheirNamesAtTheirEnds) {
  SyntheticOptions options = one_path();
  options.modes = {"generic", "splice", "splice:pipe=64KiB"};
  const SvgChart chart = draw_svg("throughput", {synthetic_result(options)});
  EXPECT_TRUE(chart.has_text("splice 64KiB"));
  EXPECT_TRUE(chart.has_text("higher is better"));
  std::vector<double> places;
  double right = 0;
  for (const testing::SvgText& text : chart.texts) {
    if (text.y < kHeading || (text.text != "generic" && text.text.rfind("splice", 0) != 0))
      continue;
    places.push_back(text.y);
    right = std::max(right, text.x);
  }
  ASSERT_EQ(places.size(), 3U);
  std::sort(places.begin(), places.end());
  EXPECT_GE(places[1] - places[0], 10) << "they do not touch";
  EXPECT_GE(places[2] - places[1], 10);
  EXPECT_GT(right, 700) << "right of the lines";
}

TEST(Ranked, OfOneChunkAndManyModesIsARowPerModeTheBestFirst) {
  SyntheticOptions options = one_path();
  options.chunks = 1;
  options.modes = {"generic", "splice", "relay:haproxy-copy", "relay:haproxy-splice",
                   "relay:nginx"};
  Result result = synthetic_result(options);
  for (CaseResult& one : result.cases) {
    for (Sample& sample : one.samples) sample.seconds /= one.id.mode == "relay:nginx" ? 3 : 1;
  }
  const SvgChart chart = draw_svg("throughput", {result});
  EXPECT_TRUE(chart.has_text("relay:haproxy-copy")) << "named in full";
  for (const std::string& mode : options.modes) {
    if (mode != "relay:nginx") {
      EXPECT_LT(label_y(chart, "relay:nginx"), label_y(chart, mode)) << mode;
    }
  }
  const std::vector<ChartMode> modes = modes_of({result});
  EXPECT_EQ(modes[2].family, modes[3].family) << "one program, one hue";
  EXPECT_NE(modes[2].member, modes[3].member);
  EXPECT_NE(modes[2].family, modes[4].family);
  EXPECT_NE(look_of(modes[2], false).colour, look_of(modes[3], false).colour);
  ChartStyle narrow;
  narrow.width = 240;
  EXPECT_EQ(draw_svg("throughput", {result}, narrow).marks_of(colour(1), 5, 0).size(), 1U);
  const SvgChart cpu = draw_svg("change-cpu", {result});
  EXPECT_TRUE(cpu.has_text("lower is better"));
  EXPECT_FALSE(cpu.has_text("chunk size")) << "there is one";
  options.modes = {"generic", "splice"};
  EXPECT_TRUE(draw_svg("throughput", {synthetic_result(options)}).has_text("chunk size"));
}

}  // namespace
}  // namespace splicebench
