// Charts by what they show: series, points, ranges and labels read back from the SVG.

#include "plots/charts/chart.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <map>
#include <memory>
#include <sstream>

#include "plots/charts/gnuplot.h"
#include "plots/charts/plot_files.h"
#include "plots/data/panels.h"
#include "plots/data/theme.h"
#include "plots/testing/count.h"
#include "plots/testing/svg.h"
#include "plots/testing/synthetic.h"
#include "results/files/error.h"
#include "results/stats/case_figures.h"
#include "results/stats/paired.h"

namespace splicebench {
namespace {

using testing::read_svg;
using testing::SvgChart;
using testing::SvgMark;
using testing::SvgText;
using testing::synthetic_result;
using testing::SyntheticOptions;

// Above this the heading and legend stand.
constexpr double kHeading = 90;

Drawing draw(const std::string& name, const std::vector<Result>& results,
             const ChartStyle& style = {}) {
  ChartInput input{results, {}};
  for (std::size_t i = 0; i < results.size(); ++i) {
    input.labels.push_back(std::string(1, static_cast<char>('A' + i)) + ".json");
  }
  for (const Chart& chart : charts()) {
    if (chart.name == name) return chart.draw(input, style);
  }
  throw std::runtime_error("no chart " + name);
}

SvgChart draw_svg(const std::string& name, const std::vector<Result>& results,
                  const ChartStyle& style = {}) {
  const Drawing drawing = draw(name, results, style);
  return read_svg(render(drawing, PictureFormat::svg, style.dark, testing::run_gnuplot));
}

const std::string& colour(int slot) { return theme(false).modes[static_cast<std::size_t>(slot)]; }

/// y of the axis label `text` that is nearest to the top.
double label_y(const SvgChart& chart, const std::string& text) {
  for (const SvgText& one : chart.texts) {
    if (one.text == text) return one.y;
  }
  ADD_FAILURE() << "no label '" << text << "'";
  return 0;
}

SyntheticOptions one_path() {
  SyntheticOptions options;
  options.paths = {"tcp-to-tcp"};
  return options;
}

TEST(Charts, AreInTheirOrder) {
  std::vector<std::string> names;
  for (const Chart& chart : charts()) names.push_back(chart.name);
  EXPECT_TRUE(std::is_sorted(charts().begin(), charts().end(),
                             [](const Chart& a, const Chart& b) { return a.order < b.order; }));
  EXPECT_EQ(names.front(), "throughput");
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
        "6.1.0", "2026-01-02", "placement split", "20 rounds"}) {
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

/// `result` with every other of its chunks, as a quick run has them.
Result quick(Result result) {
  std::erase_if(result.cases, [](const CaseResult& one) {
    return one.id.chunk != 1024 && one.id.chunk != 65536;
  });
  result.options.chunks = {1024, 65536};
  return result;
}

TEST(Throughput, OnlyAChunkThatAResultPlannedIsAGapInItsLine) {
  const Result whole = synthetic_result(one_path());
  const Drawing drawing = draw("throughput", {quick(whole), whole});
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
  const ModeLooks looks(results, false);
  for (const std::string& mode : options.modes) {
    const ModeLook& look = looks.of(mode);
    EXPECT_EQ(chart.marks_of(look.colour, look.marker, kHeading).size(), 11U) << mode;
  }
}

TEST(Throughput, NothingGoodIsNothingToDraw) {
  Result result = synthetic_result(one_path());
  for (CaseResult& one : result.cases) {
    for (Sample& sample : one.samples) sample.error = "no route";
  }
  const Drawing drawing = draw("throughput", {result});
  EXPECT_TRUE(drawing.script.empty());
  EXPECT_EQ(drawing.missing, "no case has a good sample");
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
  const SvgChart chart = draw_svg("change", {synthetic_result(options)});
  EXPECT_TRUE(chart.has_text("nothing can be claimed below 11 rounds"));
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

/// Ends of intervals in a script that lie outside of the range of their panel.
int ends_outside(const std::string& script) {
  int outside = 0;
  double low = 0;
  double high = 0;
  std::istringstream lines(script);
  for (std::string line; std::getline(lines, line);) {
    if (std::sscanf(line.c_str(), "set yrange [%lf:%lf]", &low, &high) == 2) continue;
    double x = 0;
    double centre = 0;
    double from = 0;
    double to = 0;
    if (std::sscanf(line.c_str(), "%lf %lf %lf %lf", &x, &centre, &from, &to) < 4) continue;
    if (from < low || to > high) ++outside;
  }
  return outside;
}

/// Range of the axis of the first panel.
Range range_in(const std::string& script) {
  Range range;
  const std::size_t at = script.find("set yrange [");
  EXPECT_EQ(std::sscanf(script.c_str() + at, "set yrange [%lf:%lf]", &range.low, &range.high), 2);
  return range;
}

TEST(Change, OneUnsureIntervalDoesNotSetTheFrame) {
  Result result = synthetic_result(one_path());
  const Range usual = range_in(draw("change", {result}).script);
  EXPECT_EQ(testing::count_of(draw("change", {result}).script, "arrow head"), 0U);
  for (CaseResult& one : result.cases) {
    if (one.id.mode != "splice" || one.id.chunk != 4096) continue;
    for (std::size_t i = 0; i < one.samples.size(); ++i) one.samples[i].seconds /= i % 3 ? 1 : 12;
  }
  const Drawing drawing = draw("change", {result});
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
  Line line;
  line.points = {{1024, 900, 700, 1100, true}, {2048, -90, -99, -80, true}};
  const ChangeFrame frame = change_frame({{line}});
  EXPECT_EQ(frame.range.low, -100);
  EXPECT_GE(frame.range.high, 1100);
  EXPECT_FALSE(frame.cut);
}

/// Texts that are `text` and nothing more.
std::vector<SvgText> named(const SvgChart& chart, const std::string& text) {
  std::vector<SvgText> found;
  for (const SvgText& one : chart.texts) {
    if (one.text == text) found.push_back(one);
  }
  return found;
}

TEST(Axes, AreNamedAtThePanelsThatHaveThem) {
  SyntheticOptions options;
  options.paths = {"tcp-to-tcp", "tcp-to-file"};
  Result first = synthetic_result(options);
  Result last = first;
  for (CaseResult& one : first.cases) {
    if (one.id.path == "tcp-to-tcp") one.samples.clear();
  }
  for (CaseResult& one : last.cases) {
    if (one.id.path == "tcp-to-file") one.samples.clear();
  }
  for (const char* name : {"throughput", "cpu"}) {
    const SvgChart chart = draw_svg(name, {first, last});
    const std::vector<SvgText> below = named(chart, "chunk size");
    ASSERT_EQ(below.size(), 2U) << name;
    EXPECT_GT(std::abs(below[0].y - below[1].y), 100) << name << ": in different rows";
    const std::vector<SvgText> beside =
        named(chart, std::string(name) == "cpu" ? "CPU time (s/GB)" : "throughput (GB/s)");
    ASSERT_EQ(beside.size(), 2U) << name;
    EXPECT_GT(std::abs(beside[0].x - beside[1].x), 100) << name << ": in different columns";
  }
}

TEST(Cpu, StacksFourLayersPerCase) {
  const SvgChart chart = draw_svg("cpu", {synthetic_result(one_path())});
  const std::string peers = mix(colour(0), theme(false).background, 0.5);
  // gnuplot writes all boxes of a layer under one colour; each layer of each mode has its own.
  for (const std::string& fill :
       {colour(0), colour(1), peers, mix(colour(1), theme(false).background, 0.8)}) {
    EXPECT_NE(std::find(chart.fills.begin(), chart.fills.end(), fill), chart.fills.end()) << fill;
  }
  EXPECT_TRUE(chart.has_text("CPU time (s/GB)"));
  EXPECT_TRUE(chart.has_text("rest of the system"));
}

TEST(Calls, ShowsBothQuantities) {
  const SvgChart chart = draw_svg("calls", {synthetic_result(one_path())});
  EXPECT_EQ(chart.marks_of(colour(0), 7, kHeading).size(), 22U);
  EXPECT_TRUE(chart.has_text("KiB per call"));
  EXPECT_TRUE(chart.has_text("calls per MiB"));
}

TEST(Calls, FrameHoldsTheWholeOfAnInterval) {
  Result result = synthetic_result(one_path());
  CaseResult& one = result.cases.front();
  for (std::size_t i = 0; i < one.samples.size() / 2; ++i) {
    one.samples[i].calls->in *= 50;
    one.samples[i].calls->out *= 50;
  }
  EXPECT_EQ(ends_outside(draw("calls", {result}).script), 0);
}

/// Round trips of two sizes, in some rounds slower by `slower`.
Result pings(double slower) {
  Result result;
  result.options.chunks = {1024, 4096};
  result.options.modes = {"splice"};
  result.ping.emplace();
  for (const std::int64_t size : result.options.chunks) {
    PingCase one;
    one.id = {"tcp-to-tcp", size, "splice"};
    for (std::int64_t round = 0; round < 10; ++round) {
      PingBlock block;
      block.round = round;
      const std::unique_ptr<HistogramCounts> counts = std::make_unique<HistogramCounts>();
      const std::uint64_t time = static_cast<std::uint64_t>(round < 4 ? 50000 * slower : 50000);
      (*counts)[histogram_bucket(time)] = 2000;
      block.times = Histogram(*counts, time);
      block.seconds = 0.1;
      one.blocks.push_back(std::move(block));
    }
    result.ping->cases.push_back(std::move(one));
  }
  return result;
}

TEST(PlotFiles, AChartShowsTheResultsOfItsKind) {
  PlotRequest request;
  request.input = {{synthetic_result(one_path()), pings(1)}, {"run.json", "ping.json"}};
  request.directory = std::string(::testing::TempDir()) + "kinds";
  std::map<std::string, std::string> scripts;  // by title
  const Gnuplot gnuplot = [&](const std::string& script) {
    for (const char* title : {"Throughput over chunk size", "Round trips over message size"}) {
      if (script.find(title) != std::string::npos) scripts[title] = script;
    }
    return std::string("<svg></svg>IEND");
  };
  write_charts(request, gnuplot);
  ASSERT_EQ(scripts.size(), 2U);
  EXPECT_EQ(testing::count_of(scripts["Throughput over chunk size"], "ping.json"), 0U);
  EXPECT_EQ(testing::count_of(scripts["Throughput over chunk size"], "no good sample"), 0U);
  EXPECT_EQ(testing::count_of(scripts["Round trips over message size"], "run.json"), 0U);
  EXPECT_EQ(testing::count_of(scripts["Round trips over message size"], "'generic'"), 0U);
  request.charts = {"latency"};
  request.input = {{synthetic_result(one_path())}, {"run.json"}};
  EXPECT_THROW(write_charts(request, gnuplot), UsageError);
  std::filesystem::remove_all(request.directory);
}

TEST(Latency, FrameHoldsTheWholeOfAnInterval) {
  const Drawing drawing = draw("latency", {pings(40)});
  ASSERT_FALSE(drawing.script.empty()) << drawing.missing;
  EXPECT_EQ(ends_outside(drawing.script), 0);
}

TEST(Samples, HasAPointPerSampleAndMarksFailures) {
  Result result = synthetic_result(one_path());
  result.cases[0].samples[3].error = "reader hung up";
  const SvgChart chart = draw_svg("samples", {result});
  EXPECT_EQ(chart.marks_of(colour(0), 7, kHeading).size(), 219U);
  EXPECT_EQ(chart.marks_of(colour(1), 5, kHeading).size(), 220U);
  EXPECT_TRUE(chart.has_text("failed"));
  EXPECT_TRUE(chart.has_text("time since the start of the run (s)"));
}

TEST(Samples, WhatLiesBeyondStandsAtTheEdge) {
  Result result = synthetic_result(one_path());
  result.cases[0].samples[3].seconds /= 4;
  const SvgChart chart = draw_svg("samples", {result});
  ASSERT_EQ(chart.marks_of(colour(0), 6, kHeading).size(), 1U);
  const double edge = chart.marks_of(colour(0), 6, kHeading)[0].y;
  for (const SvgMark& mark : chart.marks_of(colour(0), 7, kHeading)) EXPECT_GE(mark.y, edge);
}

TEST(Samples, OfOneRoundAreLeftOutAndSaySo) {
  SyntheticOptions options;
  options.rounds = 1;
  EXPECT_NE(draw("samples", {synthetic_result(options)}).missing.find("no case has two"),
            std::string::npos);
}

TEST(OldNew, OfOneRoundSaysThatThereIsNoInterval) {
  SyntheticOptions options = one_path();
  options.rounds = 1;
  const SvgChart chart =
      draw_svg("old-new", {synthetic_result(options), synthetic_result(options)});
  EXPECT_TRUE(chart.has_text("too few rounds for an interval"));
}

TEST(OldNew, ShowsTheRatioOfSharedCases) {
  SyntheticOptions faster = one_path();
  faster.speed = 1.5;
  faster.chunks = 9;
  const SvgChart chart =
      draw_svg("old-new", {synthetic_result(one_path()), synthetic_result(faster)});
  EXPECT_EQ(chart.marks_of(colour(0), 7, kHeading).size(), 9U) << "filled: half as fast again";
  EXPECT_TRUE(chart.has_text("ratio of the medians; bars span both 95 % intervals"));
  EXPECT_NE(draw("old-new", {synthetic_result()}).missing.find("two results"), std::string::npos);
}

TEST(Published, StandsBesideWhatWasMeasuredHere) {
  const SvgChart chart = draw_svg("published", {synthetic_result(one_path())});
  constexpr double kLegendEnd = 140;  // the caveats take several lines
  const std::string& ink = theme(false).ink;
  const std::size_t published =
      chart.marks_of(ink, 13, kLegendEnd).size() + chart.marks_of(ink, 12, kLegendEnd).size();
  const std::size_t here = chart.marks_of(colour(1), 5, kLegendEnd).size() +
                           chart.marks_of(colour(1), 4, kLegendEnd).size();
  EXPECT_GE(published, 11U);
  EXPECT_EQ(here, 11U);
  EXPECT_TRUE(chart.has_text("go-2018: tcp-to-tcp"));
  EXPECT_TRUE(chart.has_text("inference")) << "the caveats stand with the figures";
  SyntheticOptions other = one_path();
  other.paths = {"tcp-to-file"};  // the published "file" is /dev/null
  EXPECT_TRUE(draw("published", {synthetic_result(other)}).script.empty());
}

TEST(Style, DarkIsLightOnDarkAndSizesAreKept) {
  ChartStyle style;
  style.dark = true;
  style.width = 640;
  style.height = 500;
  const Drawing drawing = draw("throughput", {synthetic_result(one_path())}, style);
  const std::string svg = render(drawing, PictureFormat::svg, true, testing::run_gnuplot);
  EXPECT_NE(svg.find("width=\"640\" height=\"500\""), std::string::npos);
  EXPECT_NE(svg.find("#14171a"), std::string::npos);
  EXPECT_EQ(read_svg(svg).marks_of(theme(true).modes[0], 7, 0).size(), 12U);
  EXPECT_NE(svg.find("<title>Throughput over chunk size</title>"), std::string::npos);
}

TEST(Style, APngHasNoCharacterThatAFontMayLack) {
  Result result = synthetic_result(one_path());
  result.environment.host = "测试机";
  const Drawing drawing = draw("throughput", {result});
  const std::string png = whole_script(drawing, PictureFormat::png, false, "");
  EXPECT_EQ(png.find("测试机"), std::string::npos);
  EXPECT_NE(png.find("\uFFFD\uFFFD\uFFFD · "), std::string::npos);
  EXPECT_NE(whole_script(drawing, PictureFormat::svg, false, "").find("测试机"), std::string::npos);
}

TEST(Style, TheSameModeLooksTheSameWhateverElseIsThere) {
  SyntheticOptions alone = one_path();
  alone.modes = {"splice"};
  const ModeLooks few({synthetic_result(alone)}, false);
  const ModeLooks many({synthetic_result(one_path())}, false);
  EXPECT_EQ(few.of("splice").colour, many.of("splice").colour);
  EXPECT_EQ(few.of("splice").marker, many.of("splice").marker);
  EXPECT_NE(many.of("generic").dash, many.of("splice").dash);
}

}  // namespace
}  // namespace splicebench
