#include <gtest/gtest.h>

#include "plots/testing/drawn.h"

namespace splicebench {
namespace {

using testing::draw;
using testing::ends_outside;
using testing::pings;

TEST(Latency, FrameHoldsTheWholeOfAnInterval) {
  const testing::Drawn drawing = draw("latency", {pings(40)});
  ASSERT_FALSE(drawing.script.empty()) << drawing.missing;
  EXPECT_EQ(ends_outside(drawing.script), 0);
}

TEST(Latency, TheAxisIsTheSizeOfTheMessage) {
  const testing::Drawn drawing = draw("latency", {pings(1)});
  EXPECT_NE(drawing.script.find("set xlabel 'message size'"), std::string::npos);
  EXPECT_EQ(drawing.script.find("chunk size"), std::string::npos);
}

}  // namespace
}  // namespace splicebench
