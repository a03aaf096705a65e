#include "results/compare/comparison.h"

#include <gtest/gtest.h>

#include <cmath>

#include "results/testing/testdata.h"

namespace splicebench {
namespace {

TEST(GeometricMean, IsEveryRecordedMean) {
  for (const std::vector<std::string>& row : recorded("geomean.tsv")) {
    const std::optional<double> mean = geometric_mean(numbers(row[0]));
    if (row[1] == "NaN") {
      EXPECT_FALSE(mean);
    } else {
      ASSERT_TRUE(mean);
      EXPECT_NEAR(*mean, number(row[1]), 1e-12 * number(row[1]));
    }
  }
}

}  // namespace
}  // namespace splicebench
