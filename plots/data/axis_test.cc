#include "plots/data/axis.h"

#include <gtest/gtest.h>

#include <cmath>

namespace splicebench {
namespace {

TEST(SpeedUnit, KeepsTheLargestAtOneOrAbove) {
  EXPECT_EQ(speed_unit(2.4e9).unit, "GB/s");
  EXPECT_EQ(speed_unit(9.9e8).unit, "MB/s");
  EXPECT_EQ(speed_unit(1e3).unit, "kB/s");
  EXPECT_EQ(speed_unit(12).unit, "B/s");
}

TEST(RoundRange, CoversWhatItIsGivenInRoundSteps) {
  for (const double low : {-73.0, -0.4, 0.0, 3.0}) {
    for (const double high : {3.1, 17.0, 4096.0, 5.3e9}) {
      const Range range = round_range(low, high);
      EXPECT_LE(range.low, low + range.step * 1e-6);
      EXPECT_GE(range.high, high - range.step * 1e-6);
      const double steps = (range.high - range.low) / range.step;
      EXPECT_NEAR(steps, std::round(steps), 1e-6);
      EXPECT_GE(steps, 3) << low << " " << high;
      EXPECT_LE(steps, 8) << low << " " << high;
    }
  }
}

TEST(RoundRange, GivesASingleValueRoom) {
  const Range range = round_range(5, 5);
  EXPECT_LT(range.low, 5);
  EXPECT_GT(range.high, 5);
}

TEST(StepLabel, HasAsManyDecimalsAsTheStep) {
  EXPECT_EQ(step_label(0.30000000000000004, 0.1), "0.3");
  EXPECT_EQ(step_label(2, 0.25), "2.00");
  EXPECT_EQ(step_label(-1e-17, 0.5), "0.0");
  EXPECT_EQ(step_label(40, 20), "40");
}

TEST(LabelledChunks, KeepsThemApart) {
  std::vector<std::int64_t> chunks;
  for (std::int64_t chunk = 1024; chunk <= 1048576; chunk *= 2) chunks.push_back(chunk);
  const std::vector<std::int64_t> every_fourth{1024, 4096, 16384, 65536, 262144, 1048576};
  EXPECT_EQ(labelled_chunks(chunks, 400, 57), every_fourth);
  EXPECT_EQ(labelled_chunks(chunks, 4000, 57), chunks);
  EXPECT_EQ(labelled_chunks({4096}, 400, 57), std::vector<std::int64_t>{4096});
}

TEST(Spread, MovesPlacesApartAndKeepsThemInside) {
  EXPECT_EQ(spread({10, 50}, 12, 0, 100), (std::vector<double>{10, 50})) << "there is room";
  EXPECT_EQ(spread({10, 11, 12}, 12, 0, 100), (std::vector<double>{10, 22, 34}));
  EXPECT_EQ(spread({95, 96}, 12, 0, 100), (std::vector<double>{88, 100}));
  EXPECT_EQ(spread({1, 2, 3}, 12, 0, 10), (std::vector<double>{0, 12, 24})) << "no room for all";
}

}  // namespace
}  // namespace splicebench
