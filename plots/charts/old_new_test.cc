#include <gtest/gtest.h>

#include "plots/testing/drawn.h"

namespace splicebench {
namespace {

using testing::colour;
using testing::draw;
using testing::draw_svg;
using testing::kHeading;
using testing::one_path;
using testing::SvgChart;
using testing::synthetic_result;
using testing::SyntheticOptions;

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

}  // namespace
}  // namespace splicebench
