#include "bench/relay/ready.h"

#include <gtest/gtest.h>

namespace splicebench {
namespace {

TEST(RelayReady, CarriesEveryThingAnEngineGot) {
  std::vector<Granted> all;
  for (int i = 0; i < 16; ++i)
    all.push_back({"what the engine calls its " + std::to_string(i) + "th thing", i, i + 1});
  all.back().asked.reset();
  const std::vector<Granted> told = granted_in(ready_with(all));
  ASSERT_EQ(told.size(), all.size());
  for (std::size_t i = 0; i < all.size(); ++i) {
    EXPECT_EQ(told[i].name, all[i].name);
    EXPECT_EQ(told[i].got, all[i].got);
    EXPECT_EQ(told[i].asked, all[i].asked);
  }
}

TEST(RelayReady, RefusesWhatItHasNoRoomFor) {
  EXPECT_THROW(ready_with(std::vector<Granted>(17, {"thing", 1, {}})), std::runtime_error);
  EXPECT_THROW(ready_with({{std::string(64, 'n'), 1, {}}}), std::runtime_error);
}

}  // namespace
}  // namespace splicebench
