#include "results/paired.h"

#include <gtest/gtest.h>

#include <array>
#include <cmath>

namespace splicebench {
namespace {

TEST(RoundsNeeded, IsElevenForTheDefaultTableOf44Rows) { EXPECT_EQ(rounds_needed(44, 0.05), 11); }

TEST(SignTest, MatchesTheBinomialTailByHand) {
  const std::array<double, 8> seven_of_eight{1, 1, 1, 1, 1, 1, 1, -1};
  EXPECT_DOUBLE_EQ(sign_test(seven_of_eight), 2 * 9.0 / 256.0);
}

TEST(SignTest, DropsZeros) {
  const std::array<double, 3> values{0, 0, 1};
  EXPECT_DOUBLE_EQ(sign_test(values), 1.0);
}

}  // namespace
}  // namespace splicebench
