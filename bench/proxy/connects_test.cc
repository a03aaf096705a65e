// Connections that are not answered, and turns that must be shared: with the loop turned by the
// test itself.

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/socket.h>

#include <algorithm>
#include <map>
#include <thread>

#include "bench/testing/turns.h"
#include "harness/system/process_tree.h"

namespace splicebench {
namespace {

using ConnectTest = ScheduleTest;

INSTANTIATE_TEST_SUITE_P(Modes, ConnectTest, ::testing::Values("generic", "splice"), test_name);

/// Listens, and lets nobody's connect end once a few are queued.
class Deaf {
 public:
  Deaf() : address_(loopback_address(0)), fd_(stream_socket(address_)) {
    EXPECT_EQ(::bind(fd_.get(), address_.get(), address_.size), 0);
    EXPECT_EQ(::listen(fd_.get(), 0), 0);
    address_ = local_address(fd_.get());
    for (int i = 0; i < 4; ++i) {
      fillers_.push_back(stream_socket(address_));
      ::connect(fillers_.back().get(), address_.get(), address_.size);
    }
  }
  const Address& address() const { return address_; }

 private:
  Address address_;
  Fd fd_;
  std::vector<Fd> fillers_;
};

std::unique_ptr<ProxyLoop> loop_towards(const Address& target, const std::string& mode,
                                        double timeout) {
  RelaySetting setting;
  setting.target = target;
  setting.mode = parse_mode(mode);
  setting.connect_timeout = timeout;
  setting.complain = [](const std::string&) {};
  return std::make_unique<ProxyLoop>(setting);
}

Fd adopt_one(ProxyLoop& loop) {
  SocketPair ends = tcp_pair();
  set_nonblocking(ends.second.get());
  loop.adopt(std::move(ends.second));
  return std::move(ends.first);
}

/// Turns until it is so; false when that takes too long.
template <typename Condition>
bool turn_of(ProxyLoop& loop, Condition condition) {
  return testing::eventually([&] {
    loop.turn(0);
    return condition();
  });
}

TEST_P(ConnectTest, AConnectThatNeverEndsIsGivenUpAndTheClientTold) {
  const Deaf deaf;
  loop_ = loop_towards(deaf.address(), GetParam(), 0.05);
  const Fd client = adopt_one(*loop_);
  send_all(client, "is anybody there?");
  // As a thread of its own would wait: for ever, but for the connect.
  int turns = 0;
  for (; loop_->load() > 0 && turns < 1000; ++turns) loop_->turn(-1);
  EXPECT_LT(turns, 20) << "it does not wait";
  EXPECT_EQ(receive(client, 1), "!ECONNRESET");
  EXPECT_EQ(loop_->statistics().unreachable, 1);
  EXPECT_EQ(loop_->statistics().broken, 0);
  EXPECT_EQ(loop_->statistics().to_connect.in, 0) << "taken for nobody";
  loop_->turn(0);
  EXPECT_EQ(loop_->statistics().unreachable, 1) << "given up once more";
  EXPECT_EQ(loop_->load(), 0);
}

TEST_P(ConnectTest, AClientThatResetsWhileConnectingLeavesNothingBehind) {
  const Deaf deaf;
  loop_ = loop_towards(deaf.address(), GetParam(), 3600);
  const std::size_t before = open_descriptors();
  for (int i = 0; i < 3; ++i) {
    Fd client = adopt_one(*loop_);
    send_all(client, "half a requ");
    loop_->turn(0);
    close_with_reset(client);
  }
  EXPECT_TRUE(turn_until([&] { return loop_->load() == 0; }));
  EXPECT_EQ(loop_->statistics().broken, 3);
  EXPECT_EQ(loop_->statistics().unreachable, 0);
  EXPECT_EQ(open_descriptors(), before);
}

TEST_P(ConnectTest, WhatAClientSaysAndEndsBeforeTheConnectIsDelivered) {
  SocketPair ends = tcp_pair();
  set_nonblocking(ends.second.get());
  send_all(ends.first, "early");
  ::shutdown(ends.first.get(), SHUT_WR);
  loop_->adopt(std::move(ends.second));
  const Fd server = accept_from(target_);
  send_all(server, "reply");
  EXPECT_TRUE(turn_until([&] { return loop_->statistics().from_connect.out == 5; }));
  EXPECT_EQ(receive(server, 100), "early");
  EXPECT_EQ(receive(ends.first, 5), "reply");
}

TEST_P(ConnectTest, ATurnIsSharedByOneFastAndManySlow) {
  Pair& fast = begin();
  std::vector<Pair*> slow;
  for (int i = 0; i < 12; ++i) slow.push_back(&begin());
  for (int i = 0; i < 4; ++i) {
    // More than it may move in a turn, as far as the kernel takes it.
    fast.client.send(4 << 20, 1);
    for (Pair* const pair : slow) pair->client.send(4, 2);
    // Bytes may take a moment through a busy kernel; the relay gets one turn from then on.
    for (Pair* const pair : slow) {
      const std::int64_t before = loop_->statistics().to_connect.in;
      int turns = 0;
      EXPECT_TRUE(testing::eventually([&] {
        pair->server.receive(4);
        if (pair->server.got.size() == pair->client.sent.size()) return true;
        fast.server.receive(4 << 20);
        fast.client.send(4 << 20, 1);
        ++turns;
        loop_->turn(0);
        return false;
      }));
      const std::int64_t moved = loop_->statistics().to_connect.in - before;
      EXPECT_LE(moved, turns * (static_cast<std::int64_t>(kTurnBytes) + 48))
          << "more than a turn's share";
    }
  }
  EXPECT_EQ(fast.server.got, fast.client.sent.substr(0, fast.server.got.size()));
}

TEST(ProxyLoop, GivesItsEnginesBackToTheSystemWhenNobodyIsThereForAWhile) {
  const Listener target(loopback_address(0), "target");
  const std::unique_ptr<ProxyLoop> loop = loop_towards(target.address(), "splice", 60);
  const std::size_t before = open_descriptors();
  {
    const Fd client = adopt_one(*loop);
    const Fd server = accept_from(target);
    send_all(client, "bytes");
    EXPECT_TRUE(turn_of(*loop, [&] { return loop->statistics().to_connect.out == 5; }));
    loop->turn(0);
    EXPECT_EQ(open_descriptors(), before + 6) << "a pipe waits for the next bytes";
    EXPECT_EQ(receive(server, 5), "bytes");
  }
  while (loop->load() > 0) loop->turn(-1);
  EXPECT_EQ(open_descriptors(), before + 2) << "or for the next connection";
  loop->turn(0);  // which does not come
  EXPECT_EQ(open_descriptors(), before);
}

TEST(ProxyLoop, GivesItsEnginesBackToTheSystemWhenNobodySaysAnythingForLonger) {
  const Listener target(loopback_address(0), "target");
  const std::unique_ptr<ProxyLoop> loop = loop_towards(target.address(), "splice", 60);
  const Fd client = adopt_one(*loop);
  const Fd server = accept_from(target);
  EXPECT_TRUE(turn_of(*loop, [&] { return loop->statistics().active == 1; }));
  const std::size_t before = open_descriptors();
  send_all(client, "bytes");
  EXPECT_TRUE(turn_of(*loop, [&] { return loop->statistics().to_connect.out == 5; }));
  const double begin = monotonic_seconds();
  loop->turn(0.26);
  EXPECT_EQ(open_descriptors(), before + 2) << "a pipe waits for the next bytes";
  while (open_descriptors() > before) loop->turn(-1);
  EXPECT_GE(monotonic_seconds() - begin, 0.5);
}

/// Bytes without end where they are told to be, and then how often it had its turn.
class Fountain : public Engine {
 public:
  static inline std::map<int, int> turns;  ///< of a source: transfers

  void prepare(int source, int) override { source_ = source; }
  void rebind(int source, int) override { source_ = source; }
  Outcome transfer(std::uint64_t limit) override {
    EXPECT_LE(limit, kTurnBytes);
    ++turns[source_];
    Outcome outcome;
    outcome.in = outcome.out = limit;
    outcome.ended = Ended::limit;
    return outcome;
  }

 private:
  int source_ = -1;
};

TEST(ProxyTurns, AreTakenInTurnByAllWhoAlwaysHaveMore) {
  Fountain::turns.clear();
  const EngineInfo info{
      .name = "fountain", .help = "", .parameters = {}, .make = [](const EngineValues&) {
        return std::make_unique<Fountain>();
      }};
  const Listener target(loopback_address(0), "target");
  RelaySetting setting;
  setting.target = target.address();
  setting.mode = Mode{"fountain", &info, {}};
  setting.complain = [](const std::string&) {};
  ProxyLoop loop(setting);
  std::vector<Fd> held;
  for (int i = 0; i < 5; ++i) {
    held.push_back(adopt_one(loop));
    held.push_back(accept_from(target));
    for (std::size_t end = held.size() - 2; end < held.size(); ++end) send_all(held[end], "go");
  }
  // Both ways of each.
  EXPECT_TRUE(turn_of(loop, [] { return Fountain::turns.size() == 10; }));
  const std::map<int, int> before = Fountain::turns;
  double least = 1;
  for (int turn = 0; turn < 40; ++turn) {
    const double begin = monotonic_seconds();
    loop.turn(-1);
    least = std::min(least, monotonic_seconds() - begin);
  }
  EXPECT_LT(least, 1e-3) << "it does not wait: there is always more";
  for (const auto& [source, turns] : Fountain::turns) EXPECT_EQ(turns - before.at(source), 40);
  EXPECT_EQ(loop.statistics().to_connect.in, loop.statistics().to_connect.out);
}

TEST(ProxyComplaints, AreNotAsManyAsConnectionsThatFail) {
  RelaySetting setting;
  setting.target = [] { return Listener(loopback_address(0), "target").address(); }();
  setting.mode = parse_mode("generic");
  int lines = 0;
  setting.complain = [&](const std::string& line) {
    EXPECT_FALSE(line.empty());
    ++lines;
  };
  const double begin = monotonic_seconds();
  ProxyLoop loop(setting);
  for (int i = 0; i < 5; ++i) {
    const Fd client = adopt_one(loop);
    EXPECT_TRUE(turn_of(loop, [&] { return loop.load() == 0; }));
  }
  EXPECT_EQ(loop.statistics().unreachable, 5);
  EXPECT_GE(lines, 1);
  EXPECT_LE(lines, monotonic_seconds() - begin + 1) << "once a second";
}

}  // namespace
}  // namespace splicebench
