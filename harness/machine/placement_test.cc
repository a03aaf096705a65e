#include "harness/machine/placement.h"

#include <gtest/gtest.h>

#include "results/files/error.h"

namespace splicebench {
namespace {

TEST(Place, AutoIsSpreadWithFourSplitWithTwoNoneWithOne) {
  EXPECT_EQ(place("auto", {0, 1, 2, 3}).text.substr(0, 7), "spread:");
  EXPECT_EQ(place("auto", {0, 1, 2}).text.substr(0, 6), "split:");
  EXPECT_EQ(place("auto", {0, 1}).text, "split: relay on CPU 1, writer and reader share CPU 0");
  EXPECT_EQ(place("auto", {5}).text.substr(0, 5), "none:");
}

TEST(Place, SplitGivesTheRelayACpuOfItsOwn) {
  const Placement placement = place("split", {2, 4, 7});
  EXPECT_EQ(CPU_COUNT(&placement.relay), 1);
  EXPECT_TRUE(CPU_ISSET(7, &placement.relay));
  EXPECT_EQ(CPU_COUNT(&placement.writer), 2);
  EXPECT_FALSE(CPU_ISSET(7, &placement.reader));
  EXPECT_TRUE(placement.peers_share);
}

TEST(Place, SpreadGivesEachACpuOfItsOwn) {
  const Placement placement = place("spread", {0, 1, 2, 3});
  EXPECT_TRUE(CPU_ISSET(3, &placement.relay));
  EXPECT_TRUE(CPU_ISSET(1, &placement.writer));
  EXPECT_TRUE(CPU_ISSET(2, &placement.reader));
  EXPECT_FALSE(placement.peers_share);
}

TEST(Place, NoneLeavesTheSetsEmpty) {
  const Placement placement = place("none", {0, 1});
  EXPECT_EQ(CPU_COUNT(&placement.relay), 0);
  EXPECT_EQ(CPU_COUNT(&placement.writer), 0);
}

TEST(Place, RefusesWhatItCannotDo) {
  EXPECT_THROW(place("spread", {0, 1}), UsageError);
  EXPECT_THROW(place("split", {0}), UsageError);
  EXPECT_THROW(place("left", {0, 1}), UsageError);
}

}  // namespace
}  // namespace splicebench
