#include <gtest/gtest.h>

#include "plots/testing/drawn.h"

namespace splicebench {
namespace {

using testing::colour;
using testing::draw;
using testing::draw_svg;
using testing::ends_outside;
using testing::kHeading;
using testing::one_path;
using testing::SvgChart;
using testing::synthetic_result;

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

}  // namespace
}  // namespace splicebench
