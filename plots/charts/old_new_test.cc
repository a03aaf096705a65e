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
  EXPECT_TRUE(chart.has_text("too few rows or rounds for an interval"));
}

TEST(OldNew, ShowsTheChangeOfSharedCases) {
  SyntheticOptions fewer = one_path();
  fewer.chunks = 9;
  Result faster = synthetic_result(fewer);
  for (CaseResult& one : faster.cases) {
    for (Sample& sample : one.samples) sample.seconds /= one.id.chunk == 4096 ? 1.5 : 1;
  }
  const SvgChart chart = draw_svg("old-new", {synthetic_result(one_path()), faster});
  EXPECT_EQ(chart.marks_of(colour(0), 7, kHeading).size(), 1U) << "filled: half as fast again";
  EXPECT_EQ(chart.marks_of(colour(0), 6, kHeading).size(), 8U);
  EXPECT_TRUE(chart.has_text("bars are 95 % intervals"));
  EXPECT_NE(draw("old-new", {synthetic_result()}).missing.find("two results"), std::string::npos);
}

}  // namespace
}  // namespace splicebench
