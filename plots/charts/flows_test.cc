#include <gtest/gtest.h>

#include <algorithm>

#include "plots/testing/drawn.h"

namespace splicebench {
namespace {

using testing::colour;
using testing::draw;
using testing::draw_svg;
using testing::kHeading;
using testing::SvgChart;
using testing::SvgMark;
using testing::synthetic_result;
using testing::SyntheticOptions;

/// One path and one chunk with each of these numbers of flows, the more the faster.
Result with_flows(const std::vector<std::int64_t>& counts, int chunks = 1) {
  SyntheticOptions options = testing::one_path();
  options.chunks = chunks;
  Result all;
  for (const std::int64_t count : counts) {
    options.speed = 1 + 0.1 * static_cast<double>(count);
    Result one = synthetic_result(options);
    for (CaseResult& some : one.cases)
      some.id.conditions[ConditionKind::flows] = {std::to_string(count), count == 1};
    if (all.cases.empty()) {
      all = std::move(one);
    } else {
      all.cases.insert(all.cases.end(), one.cases.begin(), one.cases.end());
    }
  }
  return all;
}

TEST(FlowsChart, HasAPointPerNumberOfFlowsAndFigureInTheModesColour) {
  const SvgChart chart = draw_svg("flows", {with_flows({1, 4, 16})});
  std::vector<SvgMark> marks = chart.marks_of(colour(1), 5, kHeading);
  ASSERT_EQ(marks.size(), 6U) << "of throughput and of CPU";
  std::stable_sort(marks.begin(), marks.end(),
                   [](const SvgMark& a, const SvgMark& b) { return a.x < b.x; });
  // Flows 1, 4, 16 lie evenly on a logarithmic axis.
  EXPECT_NEAR(marks[2].x - marks[0].x, marks[4].x - marks[2].x, 1.5);
  EXPECT_GT(marks[2].x - marks[0].x, 20);
  for (const char* text : {"flows", "16", "throughput (GB/s)", "relay CPU (s/GB)", "tcp-to-tcp"})
    EXPECT_TRUE(chart.has_text(text)) << text;
}

TEST(FlowsChart, HasAPanelPerChunk) {
  const testing::Drawn drawing = draw("flows", {with_flows({1, 16}, 2)});
  for (const char* title : {"tcp-to-tcp, 1\u00A0KiB", "tcp-to-tcp, 2\u00A0KiB"})
    EXPECT_NE(drawing.script.find(title), std::string::npos) << title;
}

TEST(FlowsChart, OfOneNumberOfFlowsIsNothingToDraw) {
  const testing::Drawn drawing = draw("flows", {with_flows({16})});
  EXPECT_EQ(drawing.script, "");
  EXPECT_NE(drawing.missing.find("--flows 1,16,256"), std::string::npos) << drawing.missing;
}

TEST(FlowsChart, FrameHoldsTheIntervals) {
  EXPECT_EQ(testing::ends_outside(draw("flows", {with_flows({1, 4, 16})}).script), 0);
}

}  // namespace
}  // namespace splicebench
