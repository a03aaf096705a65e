#include "harness/ping/ping_placement.h"

#include <gtest/gtest.h>

#include "results/files/error.h"

namespace splicebench {
namespace {

TEST(PingPlacement, SplitGivesTheRelayACpuOfItsOwn) {
  const PingPlacement placement = place_ping("split", {0, 1, 2});
  EXPECT_EQ(placement.client, placement.server);
  EXPECT_NE(placement.relay, placement.client);
  EXPECT_EQ(placement.cross_wakeups(), 4);
}

TEST(PingPlacement, ApartPutsServerAndClientOnDifferentCpus) {
  const PingPlacement placement = place_ping("apart", {0, 1});
  EXPECT_NE(placement.client, placement.server);
  EXPECT_EQ(placement.relay, placement.server);
  EXPECT_EQ(placement.cross_wakeups(), 2);
}

TEST(PingPlacement, SpreadGivesACpuToEach) {
  const PingPlacement placement = place_ping("spread", {2, 3, 5});
  EXPECT_NE(placement.client, placement.server);
  EXPECT_NE(placement.relay, placement.server);
  EXPECT_NE(placement.relay, placement.client);
  EXPECT_EQ(placement.cross_wakeups(), 4);
}

TEST(PingPlacement, SameWakesNoOtherCpu) {
  const PingPlacement placement = place_ping("same", {0, 1});
  EXPECT_EQ(placement.cross_wakeups(), 0);
  EXPECT_NE(placement.other, placement.client) << "the floor on two CPUs needs the other";
}

TEST(PingPlacement, NoneCannotTellWhichCpusAreWoken) {
  EXPECT_EQ(place_ping("none", {0, 1}).cross_wakeups(), -1);
}

TEST(PingPlacement, AutoTakesWhatTheCpusAllow) {
  EXPECT_EQ(place_ping("auto", {7}).text.substr(0, 4), "same");
  EXPECT_EQ(place_ping("auto", {0, 1}).text.substr(0, 5), "split");
  EXPECT_EQ(place_ping("auto", {0, 1, 2, 3}).text.substr(0, 6), "spread");
  EXPECT_EQ(place_ping("auto", {7}).other, -1);
}

TEST(PingPlacement, RefusesWhatItDoesNotKnowOrHasNoCpusFor) {
  EXPECT_THROW(place_ping("sideways", {0, 1}), UsageError);
  EXPECT_THROW(place_ping("spread", {0, 1}), UsageError);
  EXPECT_THROW(place_ping("apart", {0}), UsageError);
}

}  // namespace
}  // namespace splicebench
