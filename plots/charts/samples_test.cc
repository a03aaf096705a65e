#include <gtest/gtest.h>

#include <cmath>

#include "plots/testing/drawn.h"

namespace splicebench {
namespace {

using testing::colour;
using testing::draw;
using testing::draw_svg;
using testing::kHeading;
using testing::one_path;
using testing::SvgChart;
using testing::SvgMark;
using testing::synthetic_result;
using testing::SyntheticOptions;

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

TEST(Samples, OfTwoStatesAreHeldAgainstTheirOwn) {
  Result result = synthetic_result(one_path());
  for (CaseResult& one : result.cases) {
    if (one.id.mode != "splice") continue;
    for (Sample& sample : one.samples) sample.seconds *= sample.round % 5 < 2 ? 3 : 1;
  }
  for (const ChartType& type : charts()) {
    if (type.name != "samples") continue;
    const Chart chart = compute(type, chart_input({result}, {"A.json"}));
    for (const ChartSeries& series : chart.parts.front().panels.front().series) {
      for (const ChartPoint& point : series.points) EXPECT_LT(std::abs(point.y), 40);
    }
  }
}

TEST(Samples, OfOneRoundAreLeftOutAndSaySo) {
  SyntheticOptions options;
  options.rounds = 1;
  EXPECT_NE(draw("samples", {synthetic_result(options)}).missing.find("no case has two"),
            std::string::npos);
}

}  // namespace
}  // namespace splicebench
