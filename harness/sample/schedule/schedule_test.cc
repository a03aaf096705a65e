#include "harness/sample/schedule/schedule.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>
#include <utility>

namespace splicebench {
namespace {

TEST(VisitOrder, DiffersFromRoundToRoundAndSeedToSeed) {
  EXPECT_EQ(visit_order(5, 1, 0), visit_order(5, 1, 0));
  EXPECT_NE(visit_order(5, 1, 0), visit_order(5, 1, 1));
  EXPECT_NE(visit_order(5, 1, 0), visit_order(5, 2, 0));
}

TEST(CaseOrder, HasEachCaseInEachPlaceEquallyOften) {
  for (const Group& group : {Group{4, 5}, Group{0, 1, 2}, Group{9, 3, 7, 1, 5}}) {
    std::map<std::pair<std::size_t, std::size_t>, int> stood;
    const std::int64_t rounds = 6 * static_cast<std::int64_t>(group.size());
    for (std::int64_t round = 0; round < rounds; ++round) {
      const Group order = case_order(group, 3, round);
      for (std::size_t place = 0; place < order.size(); ++place) ++stood[{order[place], place}];
    }
    EXPECT_EQ(stood.size(), group.size() * group.size());
    for (const auto& [where, times] : stood) EXPECT_EQ(times, 6) << where.first;
  }
}

TEST(CaseOrder, IsRandomBySeedAndGroup) {
  const auto orders = [](const Group& group, std::uint64_t seed) {
    std::vector<std::size_t> all;
    for (std::int64_t round = 0; round < 30; ++round) {
      for (const std::size_t index : case_order(group, seed, round))
        all.push_back(index - group.front());
    }
    return all;
  };
  EXPECT_EQ(orders({0, 1, 2}, 1), orders({0, 1, 2}, 1));
  EXPECT_NE(orders({0, 1, 2}, 1), orders({0, 1, 2}, 2));
  EXPECT_NE(orders({0, 1, 2}, 1), orders({3, 4, 5}, 1));
}

TEST(Orders, AreOfAllOfTheSeed) {
  const Group group{0, 1, 2, 3, 4};
  for (const std::uint64_t other : {std::uint64_t{1}, std::uint64_t{1} << 32}) {
    bool visits = false;
    bool cases = false;
    for (std::int64_t round = 0; round < 20; ++round) {
      visits = visits || visit_order(5, 0, round) != visit_order(5, other, round);
      cases = cases || case_order(group, 0, round) != case_order(group, other, round);
    }
    EXPECT_TRUE(visits) << other;
    EXPECT_TRUE(cases) << other;
  }
}

TEST(Orders, OfASeedStayWhatTheyAre) {
  // A run that is resumed by another build goes on in them, and whoever is told the seed has them.
  EXPECT_EQ(visit_order(5, 42, 0), (std::vector<std::size_t>{1, 3, 2, 4, 0}));
  EXPECT_EQ(visit_order(5, 42, 7), (std::vector<std::size_t>{4, 2, 1, 3, 0}));
  EXPECT_EQ(case_order({0, 1, 2, 3, 4}, 42, 0), (Group{1, 4, 3, 2, 0}));
  EXPECT_EQ(case_order({5, 6, 7, 8, 9}, 42, 7), (Group{7, 8, 9, 6, 5}));
}

TEST(CaseOrder, IsAnotherInTheNextBlock) {
  const Group group{0, 1, 2, 3, 4};
  std::set<Group> orders;
  for (std::int64_t round = 0; round < 50; ++round) {
    Group order = case_order(group, 3, round);
    // Turned so that they can be told from each other.
    std::rotate(order.begin(), std::find(order.begin(), order.end(), 0U), order.end());
    orders.insert(order);
  }
  EXPECT_GT(orders.size(), 3U);
}

TEST(RoundOrder, IsThatOfTheGroupsWithTheCasesOfEachSideBySide) {
  const std::vector<Group> groups{{0, 1, 2}, {3}, {4, 5}};
  for (std::int64_t round = 0; round < 10; ++round) {
    std::vector<std::size_t> wanted;
    for (const std::size_t group : visit_order(3, 9, round)) {
      for (const std::size_t index : case_order(groups[group], 9, round)) wanted.push_back(index);
    }
    EXPECT_EQ(round_order(groups, 9, round), wanted);
  }
}

}  // namespace
}  // namespace splicebench
