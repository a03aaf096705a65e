#include <gtest/gtest.h>

#include <algorithm>

#include "plots/data/theme.h"
#include "plots/testing/drawn.h"

namespace splicebench {
namespace {

using testing::colour;
using testing::draw_svg;
using testing::one_path;
using testing::SvgChart;
using testing::synthetic_result;

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

TEST(Cpu, WhatNoDoubleHoldsIsLeftOut) {
  Result result = testing::synthetic_result(one_path());
  for (Sample& sample : result.cases.front().samples) sample.relay->user = 1e308;
  for (const char* name : {"cpu", "change-cpu"}) {
    const testing::Drawn drawing = testing::draw(name, {result});
    ASSERT_FALSE(drawing.script.empty()) << name;
    for (const char* word : {"nan", "inf", "e+30"}) {
      EXPECT_EQ(drawing.script.find(word), std::string::npos) << name << ": " << word;
    }
  }
}

}  // namespace
}  // namespace splicebench
