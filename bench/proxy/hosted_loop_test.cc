// The loop of a relay of many whose engines have a host, with some that do as they are told.

#include <gtest/gtest.h>
#include <sys/eventfd.h>

#include <thread>

#include "bench/testing/bytes.h"
#include "bench/testing/eventually.h"
#include "bench/testing/relaying.h"
#include "harness/testing/scripted_engine.h"

namespace splicebench {
namespace {

using testing::Says;

class HostedLoop : public ::testing::Test {
 protected:
  /// With one connection, whose engines were asked once and wait for their host.
  HostedLoop() {
    RelaySetting setting;
    setting.target = target_.address();
    setting.mode = Mode{"scripted", &info_, {}};
    setting.complain = [](const std::string&) {};
    loop_ = std::make_unique<ProxyLoop>(setting);
    SocketPair ends = tcp_pair();
    set_nonblocking(ends.second.get());
    client_ = std::move(ends.first);
    script_.tells = true;
    script_.next = {Says::blocks(own_.get(), POLLIN), Says::blocks(own_.get(), POLLIN)};
    loop_->adopt(std::move(ends.second));
    server_ = accept_from(target_);
    EXPECT_TRUE(turn_until([&] { return script_.next.empty(); }));
  }

  template <typename Condition>
  bool turn_until(Condition condition) {
    return testing::eventually([&] {
      loop_->turn(0);
      return condition();
    });
  }

  static void expect_moved(const DirectionStatistics& said, int in, int out) {
    EXPECT_EQ(said.in, in);
    EXPECT_EQ(said.out, out);
  }

  const Fd own_{::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)};
  testing::Script script_;
  testing::HostScript host_;
  EngineInfo info_ = testing::hosted(script_, host_);
  Listener target_{loopback_address(0), "target"};
  std::unique_ptr<ProxyLoop> loop_;
  Fd client_;
  Fd server_;
};

TEST_F(HostedLoop, AsksNothingOfEnginesAgainBeforeTheHostNamesThem) {
  send_all(client_, "x");
  send_all(server_, "x");
  for (int i = 0; i < 3; ++i) loop_->turn(0);
  EXPECT_EQ(script_.asked.size(), 2U);
  script_.next = {Says::blocks(own_.get(), POLLIN, 1, 1)};
  host_.whom = {script_.whom};
  loop_->turn(0);
  EXPECT_EQ(script_.asked.size(), 3U);
  EXPECT_EQ(script_.asked.back(), kNoLimit) << "it takes turns itself";
  EXPECT_EQ(loop_->statistics().from_connect.out, 1) << "the last that was told of";
}

TEST_F(HostedLoop, HasNothingDoneAfterItsThreadAndCountsWhatWas) {
  std::thread thread([this] { loop_->run(); });
  EXPECT_EQ(host_.hushed, 0);
  loop_->stop();
  thread.join();
  EXPECT_EQ(host_.hushed, 1);
  script_.next = {Says::moves(5, 4, 1), Says::moves(3, 3)};
  script_.asked.clear();
  loop_->abandon();
  EXPECT_EQ(script_.asked, std::vector<std::uint64_t>(2, 0));
  const ProxyStatistics said = loop_->statistics();
  EXPECT_EQ(said.unfinished, 1);
  expect_moved(said.to_connect, 5, 4);
  expect_moved(said.from_connect, 3, 3);
  EXPECT_EQ(said.to_connect.calls.in, 2);
  EXPECT_EQ(said.from_connect.calls.in, 2);
  ASSERT_EQ(said.unfinished_names.size(), 1U);
  EXPECT_EQ(said.unfinished_names[0],
            format_address(local_address(client_.get())) + ": 4 bytes to connect, 3 back, 1 held");
}

TEST_F(HostedLoop, CountsAtTheEndOfAConnectionWhatItsEnginesDidSince) {
  // Of the way to who is gone first, and then of both.
  script_.next = {Says::moves(2, 1, 1), Says::moves(6, 6)};
  close_with_reset(client_);
  EXPECT_TRUE(turn_until([&] { return loop_->load() == 0; }));
  const ProxyStatistics said = loop_->statistics();
  EXPECT_EQ(said.broken, 1);
  expect_moved(said.to_connect, 6, 6);
  expect_moved(said.from_connect, 2, 1);
}

}  // namespace
}  // namespace splicebench
