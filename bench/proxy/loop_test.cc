// The loop of a relay of many by itself: what it tells, whom it waits for, what it does where
// nothing can be had.

#include "bench/proxy/loop.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "bench/testing/bytes.h"
#include "bench/testing/eventually.h"
#include "bench/testing/no_descriptors.h"
#include "bench/testing/relaying.h"
#include "harness/testing/scripted_engine.h"
#include "results/testing/temporary_directory.h"

namespace splicebench {
namespace {

/// A unix socket that listens, and whose queue is full.
class FullQueue {
 public:
  FullQueue() : address_(parse_address("unix:" + (directory_.path() / "full").string(), "target")) {
    socket_ = stream_socket(address_);
    EXPECT_EQ(::bind(socket_.get(), address_.get(), address_.size), 0);
    EXPECT_EQ(::listen(socket_.get(), 0), 0);
    for (;;) {
      Fd filler = stream_socket(address_);
      if (::connect(filler.get(), address_.get(), address_.size) != 0) break;
      fillers_.push_back(std::move(filler));
    }
  }
  const Address& address() const { return address_; }
  void accept_all() {
    for (int fd = 0; (fd = ::accept4(socket_.get(), nullptr, nullptr, SOCK_CLOEXEC)) >= 0;)
      accepted_.emplace_back(fd);
  }
  void go() { socket_.reset(); }

 private:
  TemporaryDirectory directory_;
  Address address_;
  Fd socket_;
  std::vector<Fd> fillers_;
  std::vector<Fd> accepted_;
};

class ProxyLoopTest : public ::testing::Test {
 protected:
  ProxyLoopTest() { start(target_.address()); }

  void start(const Address& target, double timeout = 60) {
    RelaySetting setting;
    setting.target = target;
    setting.mode = parse_mode("generic");
    setting.connect_timeout = timeout;
    setting.complain = [this](const std::string& line) { complaints_ += line + "\n"; };
    loop_ = std::make_unique<ProxyLoop>(setting);
  }

  /// The client's end of a connection that the loop takes over.
  Fd adopt() {
    SocketPair ends = tcp_pair();
    set_nonblocking(ends.second.get());
    loop_->adopt(std::move(ends.second));
    return std::move(ends.first);
  }
  template <typename Condition>
  bool turn_until(Condition condition) {
    return testing::eventually([&] {
      loop_->turn(0);
      return condition();
    });
  }

  Listener target_{loopback_address(0), "target"};
  std::string complaints_;
  std::unique_ptr<ProxyLoop> loop_;
};

TEST_F(ProxyLoopTest, TellsTheTagsOfWhatIsReadableNowUnlessItIsMuted) {
  const auto tags = [this] { return loop_->turn(0); };
  const Fd one(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
  const Fd other(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
  loop_->watch(one.get(), 7);
  loop_->watch(other.get(), 8);
  using Tags = std::vector<int>;
  std::uint64_t value = 1;
  EXPECT_EQ(tags(), Tags{});
  ASSERT_EQ(::write(one.get(), &value, sizeof value), 8);
  for (int i = 0; i < 2; ++i) EXPECT_EQ(tags(), Tags{7}) << "as long as it is";
  loop_->mute(one.get(), 7, true);
  EXPECT_EQ(tags(), Tags{});
  ASSERT_EQ(::write(other.get(), &value, sizeof value), 8);
  EXPECT_EQ(tags(), Tags{8});
  ASSERT_EQ(::read(other.get(), &value, sizeof value), 8);
  EXPECT_EQ(tags(), Tags{});
  loop_->mute(one.get(), 7, false);
  EXPECT_EQ(tags(), Tags{7});
  EXPECT_EQ(loop_->statistics().wakeups, 7);
}

/// At least once, on a machine that is busy now and then.
TEST_F(ProxyLoopTest, WaitsNoLongerThanItIsTold) {
  const auto is_quick = [this] {
    return testing::eventually([this] {
      const double begin = monotonic_seconds();
      loop_->turn(0);
      return monotonic_seconds() - begin < 0.01;
    });
  };
  {
    const Fd client = adopt();
    const Fd server = accept_from(target_);
    send_all(client, "x");
    EXPECT_TRUE(turn_until([&] { return loop_->statistics().to_connect.out == 1; }));
  }
  EXPECT_TRUE(turn_until([&] { return loop_->load() == 0; }));
  EXPECT_TRUE(is_quick()) << "it keeps an engine for a while";
  FullQueue queue;
  start(queue.address());
  const Fd client = adopt();
  EXPECT_TRUE(is_quick()) << "it looks after a connect";
}

TEST_F(ProxyLoopTest, DoesNotLookAfterConnectsThatWereAnswered) {
  const Fd client = adopt();
  const Fd server = accept_from(target_);
  send_all(client, "x");
  EXPECT_TRUE(turn_until([&] { return loop_->statistics().to_connect.out == 1; }));
  // Nothing more happens: it would be woken by a look alone, or not wait as long as it is told.
  EXPECT_TRUE(testing::eventually([&] {
    const double begin = monotonic_seconds();
    loop_->turn(0.06);
    return monotonic_seconds() - begin >= 0.06;
  })) << "it looks again and again";
}

TEST_F(ProxyLoopTest, HasHeardOfThoseOnTheirWayWhenItIsAbandoned) {
  std::vector<Fd> clients;
  const auto hand_over = [&] {
    SocketPair ends = tcp_pair();
    set_nonblocking(ends.second.get());
    loop_->hand_over(std::move(ends.second));
    clients.push_back(std::move(ends.first));
  };
  for (int i = 0; i < 12; ++i) {
    hand_over();
    EXPECT_EQ(loop_->load(), i + 1);
    if (i < 6) loop_->turn(0);
  }
  EXPECT_EQ(loop_->load(), 12);
  loop_->abandon();
  const ProxyStatistics statistics = loop_->statistics();
  EXPECT_EQ(statistics.accepted, 12);
  EXPECT_EQ(statistics.unfinished, 12);
  EXPECT_EQ(statistics.active, 0);
  EXPECT_EQ(statistics.unfinished_names.size(), 10U) << "the first few";
  EXPECT_EQ(loop_->load(), 0);
  for (const Fd& client : clients) EXPECT_EQ(receive(client, 1), "!ECONNRESET");
}

TEST_F(ProxyLoopTest, TurnsAwayAClientWithoutADescriptorForTheOtherSide) {
  SocketPair ends = tcp_pair();
  set_nonblocking(ends.second.get());
  {
    const NoDescriptors none;
    loop_->adopt(std::move(ends.second));
  }
  EXPECT_EQ(loop_->load(), 0);
  EXPECT_EQ(receive(ends.first, 1), "!ECONNRESET");
  loop_->turn(0);
  EXPECT_EQ(loop_->statistics().broken, 1);
  EXPECT_NE(complaints_.find("EMFILE"), std::string::npos) << complaints_;
}

TEST_F(ProxyLoopTest, AsksAFullQueueAgainUntilItTakesTheConnection) {
  FullQueue queue;
  start(queue.address());
  const Fd client = adopt();
  for (int i = 0; i < 5; ++i) loop_->turn(0);
  EXPECT_EQ(loop_->load(), 1);
  send_all(client, "x");
  EXPECT_TRUE(turn_until([&] {
    queue.accept_all();
    return loop_->statistics().to_connect.out == 1;
  }));
}

TEST_F(ProxyLoopTest, AsksAFullQueueNoLongerThanItMayOrItIsThere) {
  FullQueue queue;
  start(queue.address(), 0.03);
  const Fd client = adopt();
  const double begin = monotonic_seconds();
  EXPECT_TRUE(turn_until([&] { return loop_->load() == 0; }));
  EXPECT_GE(monotonic_seconds() - begin, 0.03);
  EXPECT_EQ(loop_->statistics().unreachable, 1);
  EXPECT_NE(complaints_.find("ETIMEDOUT"), std::string::npos) << complaints_;

  complaints_.clear();
  start(queue.address());
  const Fd other = adopt();
  loop_->turn(0);
  EXPECT_EQ(loop_->load(), 1);
  queue.go();
  EXPECT_TRUE(turn_until([&] { return loop_->load() == 0; }));
  EXPECT_EQ(loop_->statistics().unreachable, 1);
  EXPECT_NE(complaints_.find("ECONNREFUSED"), std::string::npos) << complaints_;
}

/// Of a side that broke, all it said is delivered before the other's words to it fail.
TEST(ProxyConnection, HearsOutASideThatBrokeBeforeItFails) {
  testing::Script script;
  const EngineInfo info = testing::scripted(script);
  const Listener target(loopback_address(0), "target");
  for (const bool is_server : {true, false}) {
    script = {};
    EnginePool pool(Mode{"scripted", &info, {}});
    ProxyStatistics statistics;
    SocketPair client = tcp_pair();
    set_nonblocking(client.second.get());
    ProxyConnection connection(std::move(client.second), pool, statistics);
    connection.connect(target.address(), 0);
    ASSERT_TRUE(wait_for_event(connection.server().socket, POLLOUT));
    for (ProxyEnd* const end : {&connection.client(), &connection.server()})
      end->readable = end->writable = true;
    script.next = {testing::Says::moves(5, 5), testing::Says::moves(3, 3)};
    EXPECT_TRUE(connection.serve()) << "both ways";
    ASSERT_EQ(connection.state(), ProxyConnection::State::open);
    EXPECT_EQ(script.asked.size(), 2U);
    ProxyEnd& broken = is_server ? connection.server() : connection.client();
    broken.error = ECONNRESET;
    for (int i = 0; i < 2; ++i) {
      script.asked.clear();
      script.next = {testing::Says::moves(7, 7)};
      EXPECT_TRUE(connection.serve());
      EXPECT_EQ(script.asked, std::vector{kTurnBytes}) << "of it alone";
    }
    script.next = {testing::Says::blocks(broken.fd, POLLIN)};
    EXPECT_FALSE(connection.serve());
    EXPECT_EQ(connection.state(), ProxyConnection::State::broken);
    EXPECT_EQ(connection.error(), ECONNRESET);
    const DirectionStatistics& from = is_server ? statistics.from_connect : statistics.to_connect;
    EXPECT_EQ(from.in, is_server ? 3 + 14 : 5 + 14);
    EXPECT_EQ(from.out, from.in);
    EXPECT_EQ(from.calls.in, 4);
  }
}

}  // namespace
}  // namespace splicebench
