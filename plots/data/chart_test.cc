#include <gtest/gtest.h>

#include <algorithm>

#include "plots/data/chart.h"
#include "plots/testing/drawn.h"

namespace splicebench {
namespace {

TEST(Charts, AreInTheirOrder) {
  std::vector<std::string> names;
  for (const ChartType& chart : charts()) names.push_back(chart.name);
  EXPECT_TRUE(
      std::is_sorted(charts().begin(), charts().end(),
                     [](const ChartType& a, const ChartType& b) { return a.order < b.order; }));
  EXPECT_EQ(names.front(), "throughput");
}

}  // namespace
}  // namespace splicebench
