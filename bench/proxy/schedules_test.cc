// The loop of a relay of many: events in any order lose nothing, and what it counts is right at
// every moment.

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <sys/ioctl.h>

#include <random>

#include "bench/testing/turns.h"

namespace splicebench {
namespace {

INSTANTIATE_TEST_SUITE_P(Modes, ScheduleTest,
                         ::testing::Values("generic", "splice", "splice:pipe=4KiB", "uring"),
                         test_name);

void do_something(Pair& pair, std::mt19937& random) {
  const bool is_client = random() % 2 == 0;
  Owner& owner = is_client ? pair.client : pair.server;
  switch (random() % 24) {
    case 0:
      return owner.end();
    case 1:
      if (random() % 3 == 0) owner.break_off();
      return;
    case 2:
    case 3:
      return owner.receive(1);
    default:
      if (random() % 2 == 0) return owner.send(1 + random() % 200000, random());
      return owner.receive(1 + random() % 300000);
  }
}

TEST_P(ScheduleTest, AnyOrderOfEventsLosesNothingAndCountsAll) {
  for (unsigned seed = 1; seed <= 6; ++seed) {
    start_loop();
    std::mt19937 random(seed);
    for (int i = 0; i < 4; ++i) begin();
    for (int step = 0; step < 150; ++step) {
      if (step == 60) begin();
      do_something(*pairs_[random() % pairs_.size()], random);
      if (random() % 3 == 0) loop_->turn(0);
      check_counts();
      if (HasFailure()) FAIL() << "seed " << seed << ", step " << step;
    }
    for (const std::unique_ptr<Pair>& pair : pairs_) {
      pair->client.end();
      pair->server.end();
    }
    const bool all_over = turn_until([&] {
      for (const std::unique_ptr<Pair>& pair : pairs_) {
        pair->client.receive(1 << 20);
        pair->server.receive(1 << 20);
      }
      return loop_->load() == 0;
    });
    EXPECT_TRUE(all_over) << loop_->load() << " connections never end";
    const auto has_ended = [](const Owner& owner) {
      return !owner.fd || owner.saw_end || owner.saw_error;
    };
    std::int64_t whole = 0;
    for (const std::unique_ptr<Pair>& pair : pairs_) {
      for (Owner* const owner : {&pair->client, &pair->server})
        EXPECT_TRUE(testing::eventually([&] {
          owner->receive(1 << 20);
          return has_ended(*owner);
        }));
      EXPECT_EQ(pair->server.got, pair->client.sent.substr(0, pair->server.got.size()));
      EXPECT_EQ(pair->client.got, pair->server.sent.substr(0, pair->client.got.size()));
      if (pair->is_broken()) continue;
      ++whole;
      EXPECT_EQ(pair->server.got.size(), pair->client.sent.size());
      EXPECT_EQ(pair->client.got.size(), pair->server.sent.size());
      EXPECT_TRUE(pair->client.saw_end);
      EXPECT_TRUE(pair->server.saw_end);
    }
    check_counts();
    // A reset after both had said and heard everything is none.
    EXPECT_GE(loop_->statistics().finished, whole);
    if (HasFailure()) FAIL() << "seed " << seed;
  }
}

TEST_P(ScheduleTest, BytesBeforeAResetArriveOnEitherSide) {
  for (const bool client_breaks : {true, false}) {
    for (const std::size_t size : {1U, 5000U, 60000U}) {
      Pair& pair = begin();
      ASSERT_TRUE(turn_until([&] { return loop_->statistics().active == loop_->load(); }));
      Owner& breaker = client_breaks ? pair.client : pair.server;
      Owner& other = client_breaks ? pair.server : pair.client;
      breaker.send(size, 7);
      ASSERT_EQ(breaker.sent.size(), size);
      // A reset takes back what still lies at home.
      ASSERT_TRUE(testing::eventually([&] {
        int at_home = -1;
        return ::ioctl(breaker.fd.get(), TIOCOUTQ, &at_home) == 0 && at_home == 0;
      }));
      breaker.break_off();
      EXPECT_TRUE(turn_until([&] {
        other.receive(1 << 20);
        return other.saw_end || other.saw_error;
      }));
      EXPECT_EQ(other.got, breaker.sent);
      EXPECT_TRUE(other.saw_error) << "taken for an orderly end";
    }
  }
  EXPECT_TRUE(turn_until([&] { return loop_->load() == 0; }));
  EXPECT_EQ(loop_->statistics().broken, 6);
  check_counts();
}

TEST_P(ScheduleTest, DirectionsEndInAnyOrder) {
  for (const bool client_first : {true, false}) {
    for (const bool both_at_once : {true, false}) {
      Pair& pair = begin();
      Owner& first = client_first ? pair.client : pair.server;
      Owner& second = client_first ? pair.server : pair.client;
      first.send(50000, 1);
      first.end();
      if (both_at_once) {
        second.send(30000, 2);
        second.end();
      } else {
        EXPECT_TRUE(turn_until([&] {
          second.receive(1 << 20);
          return second.saw_end;
        }));
        EXPECT_EQ(loop_->load(), 1) << "the other direction is still open";
        second.send(30000, 2);
        EXPECT_TRUE(turn_until([&] {
          first.receive(1 << 20);
          return first.got.size() == 30000;
        }));
        EXPECT_FALSE(first.saw_end);
        second.end();
      }
      EXPECT_TRUE(turn_until([&] {
        first.receive(1 << 20);
        second.receive(1 << 20);
        return first.saw_end && second.saw_end && loop_->load() == 0;
      }));
      EXPECT_EQ(first.got, second.sent);
      EXPECT_EQ(second.got, first.sent);
    }
  }
  EXPECT_EQ(loop_->statistics().finished, 4);
  EXPECT_EQ(loop_->statistics().broken, 0);
}

TEST_P(ScheduleTest, ABlockedSinkMutesItsSourceAndIsHeardAgain) {
  Pair& pair = begin();
  // Until neither the kernel nor the relay takes more.
  std::size_t before = 1;
  for (int quiet = 0; quiet < 20; ++quiet) {
    before = pair.client.sent.size();
    pair.client.send(1 << 18, 3);
    loop_->turn(0.001);
    if (pair.client.sent.size() != before) quiet = 0;
  }
  const ProxyStatistics blocked = loop_->statistics();
  EXPECT_LE(blocked.to_connect.in - blocked.to_connect.out, kMostHeld);
  // The other direction does not wait for this one.
  pair.server.send(1000, 4);
  EXPECT_TRUE(turn_until([&] {
    pair.client.receive(1000);
    return pair.client.got.size() == 1000;
  }));
  pair.client.end();
  EXPECT_TRUE(turn_until([&] {
    pair.server.receive(1 << 20);
    return pair.server.saw_end;
  }));
  EXPECT_EQ(pair.server.got.size(), pair.client.sent.size());
  EXPECT_EQ(pair.server.got, pair.client.sent);
  check_counts();
}

TEST_P(ScheduleTest, WhatIsUnfinishedIsNamedWithWhatItMovedAndHoldsEachWay) {
  Pair& pair = begin();
  const std::string client = format_address(local_address(pair.client.fd.get()));
  for (Owner* const owner : {&pair.client, &pair.server}) {
    std::size_t before = 1;
    for (int quiet = 0; quiet < 10; ++quiet) {
      before = owner->sent.size();
      owner->send(1 << 18, 3);
      loop_->turn(0.001);
      if (owner->sent.size() != before) quiet = 0;
    }
  }
  pair.client.receive(1000);
  loop_->turn(0);
  loop_->abandon();
  const ProxyStatistics said = loop_->statistics();
  EXPECT_EQ(said.unfinished, 1);
  EXPECT_GT(said.to_connect.in, said.to_connect.out);
  EXPECT_GT(said.from_connect.in, said.from_connect.out);
  ASSERT_EQ(said.unfinished_names.size(), 1U);
  EXPECT_EQ(said.unfinished_names[0],
            fmt::format("{}: {} bytes to connect, {} back, {} held", client, said.to_connect.out,
                        said.from_connect.out,
                        said.to_connect.in - said.to_connect.out + said.from_connect.in -
                            said.from_connect.out));
}

}  // namespace
}  // namespace splicebench
