#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "plots/testing/drawn.h"

namespace splicebench {
namespace {

using testing::pings;

Chart percentiles(const Result& result) {
  for (const ChartType& type : charts()) {
    if (type.name == "percentiles") return compute(type, chart_input({result}, {}));
  }
  return {};
}

TEST(Percentiles, CurvesHoldEveryTimeUpToTheLargest) {
  const Result result = pings(40);  // 40 % of 20000 at 2 ms, the others at 50 us
  const Chart chart = percentiles(result);
  ASSERT_EQ(chart.parts.size(), 1U) << chart.missing;
  ASSERT_EQ(chart.parts[0].panels.size(), 2U) << "a panel per size";
  for (const ChartPanel& panel : chart.parts[0].panels) {
    ASSERT_EQ(panel.series.size(), 1U);
    const std::vector<ChartPoint>& points = panel.series[0].points;
    EXPECT_EQ(points.front().x, 1);
    EXPECT_EQ(points.back().x, 20000) << "one of that many is beyond nothing";
    EXPECT_NEAR(points.back().y, 2000, 1) << "the largest time";
    for (const ChartPoint& point : points) {
      const double share = 1 - 1 / point.x;
      if (std::abs(share - 0.6) > 0.01) {
        EXPECT_NEAR(point.y, share > 0.6 ? 2000 : 50, 10) << share;
      }
    }
    EXPECT_TRUE(std::is_sorted(points.begin(), points.end(),
                               [](const ChartPoint& a, const ChartPoint& b) { return a.x < b.x; }));
  }
}

TEST(Percentiles, TheAxisHasANineForEachDigitOfTheCount) {
  const Chart chart = percentiles(pings(1));
  std::vector<std::string> labels;
  for (const AxisMark& mark : chart.x.marks) {
    labels.push_back(mark.label);
    EXPECT_LE(mark.value, 20000) << "no percentile that was not measured";
  }
  EXPECT_EQ(labels, (std::vector<std::string>{"0", "90", "99", "99.9", "99.99"}));
}

TEST(Percentiles, WithoutRoundTripsSayWhatMakesThem) {
  const testing::Drawn drawing = testing::draw("percentiles", {pings(1)});
  EXPECT_FALSE(drawing.script.empty()) << drawing.missing;
  Result none = pings(1);
  for (PingCase& one : none.ping->cases) one.blocks.clear();
  EXPECT_NE(percentiles(none).missing.find("splicebench ping"), std::string::npos);
}

}  // namespace
}  // namespace splicebench
