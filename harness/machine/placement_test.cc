#include "harness/machine/placement.h"

#include <gtest/gtest.h>

#include "results/files/error.h"

namespace splicebench {
namespace {

TEST(Place, AutoSharesACpuWithTheWriterUntilThereAreFour) {
  EXPECT_EQ(place("auto", {0, 1, 2, 3}).text.substr(0, 7), "spread:");
  EXPECT_EQ(place("auto", {0, 1, 2}).name, "writer+relay");
  EXPECT_EQ(place("auto", {0, 1}).text,
            "writer+relay: writer and relay share CPU 1, reader on CPU 0");
  EXPECT_EQ(place("auto", {5}).text.substr(0, 5), "none:");
}

TEST(Place, SharesTheCpuItIsNamedAfter) {
  const std::vector<int> cpus{2, 4, 7};
  const Placement front = place("writer+relay", cpus);
  EXPECT_TRUE(CPU_EQUAL(&front.writer, &front.relay));
  EXPECT_TRUE(CPU_ISSET(7, &front.relay));
  EXPECT_TRUE(CPU_ISSET(4, &front.reader));
  EXPECT_TRUE(front.sharing.writer);
  EXPECT_FALSE(front.sharing.reader);
  const Placement back = place("relay+reader", cpus);
  EXPECT_TRUE(CPU_EQUAL(&back.reader, &back.relay));
  EXPECT_TRUE(CPU_ISSET(4, &back.writer));
  const Placement same = place("same", cpus);
  EXPECT_TRUE(CPU_EQUAL(&same.writer, &same.relay));
  EXPECT_TRUE(CPU_EQUAL(&same.reader, &same.relay));
  EXPECT_EQ(CPU_COUNT(&same.relay), 1);
  EXPECT_TRUE(same.sharing.writer && same.sharing.reader);
}

TEST(Place, AloneGivesTheRelayACpuOfItsOwnAndHasAnOldName) {
  for (const char* name : {"alone", "split"}) {
    const Placement placement = place(name, {2, 7});
    EXPECT_EQ(placement.name, "alone");
    EXPECT_EQ(CPU_COUNT(&placement.relay), 1);
    EXPECT_TRUE(CPU_ISSET(7, &placement.relay));
    EXPECT_EQ(CPU_COUNT(&placement.writer), 1);
    EXPECT_FALSE(CPU_ISSET(7, &placement.reader));
    EXPECT_TRUE(placement.sharing.peers);
  }
}

TEST(Place, SpreadGivesEachACpuOfItsOwn) {
  const Placement placement = place("spread", {0, 1, 2, 3});
  EXPECT_TRUE(CPU_ISSET(3, &placement.relay));
  EXPECT_TRUE(CPU_ISSET(1, &placement.writer));
  EXPECT_TRUE(CPU_ISSET(2, &placement.reader));
  EXPECT_FALSE(placement.sharing.peers);
}

TEST(Place, NoneLeavesTheSetsEmpty) {
  const Placement placement = place("none", {0, 1});
  EXPECT_EQ(CPU_COUNT(&placement.relay), 0);
  EXPECT_EQ(CPU_COUNT(&placement.writer), 0);
}

TEST(Place, RefusesWhatItCannotDo) {
  EXPECT_THROW(place("spread", {0, 1}), UsageError);
  EXPECT_THROW(place("alone", {0}), UsageError);
  EXPECT_THROW(place("writer+relay", {0}), UsageError);
  EXPECT_THROW(place("left", {0, 1}), UsageError);
}

TEST(CpusBeside, AreThoseThatNeitherHasWhereBothHaveTheirs) {
  const Placement placement = place("spread", {0, 1, 2, 5});
  const cpu_set_t beside = cpus_beside(placement.writer, placement.relay, {0, 1, 2, 5});
  EXPECT_EQ(CPU_COUNT(&beside), 2);
  for (const std::size_t cpu : {0, 1, 2, 5}) {
    EXPECT_NE(CPU_ISSET(cpu, &beside) != 0,
              CPU_ISSET(cpu, &placement.writer) || CPU_ISSET(cpu, &placement.relay))
        << cpu;
  }
  for (const cpu_set_t& none :
       {cpus_beside(placement.writer, {}, {0, 1}), cpus_beside({}, placement.relay, {0, 1}),
        cpus_beside(placement.writer, placement.writer, {})})
    EXPECT_EQ(CPU_COUNT(&none), 0);
}

TEST(PlacementOn, OfAPathWithOnePeerTellsOnlyTogetherAndApart) {
  const PathKinds to_file{EndKind::tcp, EndKind::file};
  const PathKinds from_file{EndKind::file, EndKind::tcp};
  const std::vector<int> two{0, 1};
  const std::vector<int> four{0, 1, 2, 3};
  EXPECT_EQ(placement_on(to_file, "auto", two), "writer+relay");
  EXPECT_EQ(placement_on(to_file, "same", two), "writer+relay");
  EXPECT_EQ(placement_on(to_file, "relay+reader", two), "alone");
  EXPECT_EQ(placement_on(to_file, "spread", four), "alone");
  EXPECT_EQ(placement_on(from_file, "auto", two), "relay+reader");
  EXPECT_EQ(placement_on(from_file, "writer+relay", two), "alone");
  EXPECT_EQ(placement_on(from_file, "auto", four), "alone");
  EXPECT_EQ(placement_on(to_file, "none", two), "none");
  EXPECT_EQ(placement_on(to_file, "auto", {0}), "none");
  EXPECT_EQ(placement_on({EndKind::tcp, EndKind::tcp}, "split", two), "alone");
}

}  // namespace
}  // namespace splicebench
