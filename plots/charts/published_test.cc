#include <gtest/gtest.h>

#include "plots/data/theme.h"
#include "plots/testing/drawn.h"

namespace splicebench {
namespace {

using testing::colour;
using testing::draw;
using testing::draw_svg;
using testing::one_path;
using testing::SvgChart;
using testing::synthetic_result;
using testing::SyntheticOptions;

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

}  // namespace
}  // namespace splicebench
