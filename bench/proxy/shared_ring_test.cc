// Engines that have one ring together in the relay of many.

#include <gtest/gtest.h>

#include "bench/testing/turns.h"
#include "bench/verify/sanitized.h"
#include "harness/system/process_tree.h"

namespace splicebench {
namespace {

class SharedRing : public ScheduleTest {
 protected:
  void exchange(Pair& pair, std::size_t size) {
    pair.client.send(size, 1);
    pair.server.send(size, 2);
    EXPECT_TRUE(turn_until([&] {
      pair.client.receive(size);
      pair.server.receive(size);
      return pair.client.got.size() == pair.server.sent.size() &&
             pair.server.got.size() == pair.client.sent.size();
    }));
    EXPECT_TRUE(pair.server.got == pair.client.sent);
    EXPECT_TRUE(pair.client.got == pair.server.sent);
  }

  /// Its reader takes nothing until nothing more goes in.
  void block(Pair& pair) {
    for (int quiet = 0; quiet < 5; ++quiet) {
      const std::size_t before = pair.client.sent.size();
      pair.client.send(1 << 16, 3);
      loop_->turn(0.001);
      if (pair.client.sent.size() != before) quiet = 0;
    }
  }
};

INSTANTIATE_TEST_SUITE_P(Modes, SharedRing,
                         ::testing::Values("uring:buffers=1", "uring:bundle,buffers=4", "uring:zc"),
                         test_name);

TEST_P(SharedRing, TakesNoDescriptorAndNoMemoryForAConnectionThatHoldsNothing) {
  if (kSanitized) GTEST_SKIP() << "the memory is the sanitizer's, too";
  constexpr int kConnections = 60;
  exchange(begin(), 1000);
  const std::size_t descriptors = open_descriptors();
  const std::optional<std::int64_t> memory = memory_of(0, "VmRSS");
  for (int i = 0; i < kConnections; ++i) exchange(begin(), 50000);
  EXPECT_EQ(open_descriptors(), descriptors + 4 * kConnections) << "beside their sockets";
  ASSERT_TRUE(memory);
  // What both owners sent and got is here, too.
  EXPECT_LT(*memory_of(0, "VmRSS"), *memory + kConnections * 4 * 50000 + (16 << 20));
  check_counts();
}

TEST_P(SharedRing, HasABufferForAFlowWhileTheSinksOfOthersTakeNothing) {
  for (int i = 0; i < 2; ++i) block(begin());
  exchange(begin(), 30000);
  for (const std::unique_ptr<Pair>& pair : pairs_) {
    EXPECT_TRUE(turn_until([&] {
      pair->server.receive(1 << 20);
      return pair->server.got.size() == pair->client.sent.size();
    }));
    EXPECT_TRUE(pair->server.got == pair->client.sent);
  }
  check_counts();
}

TEST_P(SharedRing, FreesWhatABrokenConnectionHeld) {
  for (int i = 0; i < 4; ++i) {
    Pair& pair = begin();
    block(pair);
    i % 2 == 0 ? pair.client.break_off() : pair.server.break_off();
    EXPECT_TRUE(turn_until([&] { return loop_->statistics().active == 0; }));
  }
  exchange(begin(), 30000);
}

}  // namespace
}  // namespace splicebench
