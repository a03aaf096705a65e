#include <gtest/gtest.h>

#include <cmath>

#include "plots/data/theme.h"
#include "plots/gnuplot/gnuplot.h"
#include "plots/testing/drawn.h"

namespace splicebench {
namespace {

using testing::draw;
using testing::draw_svg;
using testing::one_path;
using testing::read_svg;
using testing::SvgChart;
using testing::SvgText;
using testing::synthetic_result;
using testing::SyntheticOptions;

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

TEST(Style, DarkIsLightOnDarkAndSizesAreKept) {
  ChartStyle style;
  style.dark = true;
  style.width = 640;
  style.height = 500;
  const testing::Drawn drawing = draw("throughput", {synthetic_result(one_path())}, style);
  const std::string svg = render(drawing.drawing, PictureFormat::svg, true, testing::run_gnuplot);
  EXPECT_NE(svg.find("width=\"640\" height=\"500\""), std::string::npos);
  EXPECT_NE(svg.find("#14171a"), std::string::npos);
  EXPECT_EQ(read_svg(svg).marks_of(theme(true).modes[0], 7, 0).size(), 12U);
  EXPECT_NE(svg.find("<title>Throughput over chunk size</title>"), std::string::npos);
}

TEST(Style, APngHasNoCharacterThatAFontMayLack) {
  Result result = synthetic_result(one_path());
  result.environment.host = "测试机";
  const testing::Drawn drawing = draw("throughput", {result});
  const std::string png = whole_script(drawing.drawing, PictureFormat::png, false, "");
  EXPECT_EQ(png.find("测试机"), std::string::npos);
  EXPECT_NE(png.find("\uFFFD\uFFFD\uFFFD · "), std::string::npos);
  EXPECT_NE(whole_script(drawing.drawing, PictureFormat::svg, false, "").find("测试机"),
            std::string::npos);
}

TEST(Style, TheSameModeLooksTheSameWhateverElseIsThere) {
  SyntheticOptions alone = one_path();
  alone.modes = {"splice"};
  const std::vector<ChartMode> few = modes_of({synthetic_result(alone)});
  const std::vector<ChartMode> many = modes_of({synthetic_result(one_path())});
  ASSERT_EQ(few.size(), 1U);
  ASSERT_EQ(many.size(), 2U);
  EXPECT_EQ(few[0].slot, many[1].slot);
  EXPECT_NE(look_of(many[0], false).dash, look_of(many[1], false).dash);
}

}  // namespace
}  // namespace splicebench
