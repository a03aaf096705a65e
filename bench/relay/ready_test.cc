#include "bench/relay/ready.h"

#include <gtest/gtest.h>

namespace splicebench {
namespace {

class Rich : public Engine {
 public:
  explicit Rich(std::vector<Granted> all) : all_(std::move(all)) {}
  void prepare(int, int) override {}
  Outcome transfer(std::uint64_t) override { return {}; }
  std::vector<Granted> granted() const override { return all_; }

 private:
  std::vector<Granted> all_;
};

TEST(RelayReady, CarriesEveryThingAnEngineGot) {
  std::vector<Granted> all;
  for (int i = 0; i < 16; ++i)
    all.push_back({"what the engine calls its " + std::to_string(i) + "th thing", i, i + 1});
  all.back().asked.reset();
  const std::vector<Granted> told = granted_in(ready_with(Rich(all)));
  ASSERT_EQ(told.size(), all.size());
  for (std::size_t i = 0; i < all.size(); ++i) {
    EXPECT_EQ(told[i].name, all[i].name);
    EXPECT_EQ(told[i].got, all[i].got);
    EXPECT_EQ(told[i].asked, all[i].asked);
  }
}

TEST(RelayReady, RefusesWhatItHasNoRoomFor) {
  EXPECT_THROW(ready_with(Rich(std::vector<Granted>(17, {"thing", 1, {}}))), std::runtime_error);
  EXPECT_THROW(ready_with(Rich({{std::string(64, 'n'), 1, {}}})), std::runtime_error);
}

}  // namespace
}  // namespace splicebench
