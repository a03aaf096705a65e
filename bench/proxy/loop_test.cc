// The loop of a relay of many by itself: what it tells, whom it waits for, what it does where
// nothing can be had.

#include "bench/proxy/loop.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "bench/testing/bytes.h"
#include "bench/testing/eventually.h"
#include "bench/testing/no_descriptors.h"
#include "bench/testing/refused_calls.h"
#include "bench/testing/relaying.h"
#include "bench/testing/thrown_by.h"
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

TEST_F(ProxyLoopTest, LosesOneConnectionAloneWhereTheSystemRefusesToWatchIt) {
  FullQueue queue;
  start(queue.address());
  const Fd client = adopt();
  loop_->turn(0);
  EXPECT_EQ(loop_->load(), 1);
  std::thread([&] {
    testing::refuse_call(SYS_epoll_ctl, ENOSPC);
    EXPECT_TRUE(turn_until([&] {
      queue.accept_all();
      return loop_->load() == 0;
    }));
    const Fd other = adopt();
    EXPECT_EQ(loop_->load(), 0);
    EXPECT_EQ(receive(other, 1), "!ECONNRESET");
  }).join();
  EXPECT_EQ(receive(client, 1), "!ECONNRESET");
  loop_->turn(0);
  EXPECT_EQ(loop_->statistics().broken, 2);
  EXPECT_NE(complaints_.find("ENOSPC"), std::string::npos) << complaints_;
}

TEST_F(ProxyLoopTest, SaysWhatItCouldNotDo) {
  const Fd file(::memfd_create("file", MFD_CLOEXEC));
  EXPECT_EQ(testing::thrown_by([&] { loop_->watch(file.get(), 7); }),
            "watch a descriptor: Operation not permitted");
  const Fd unwatched(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
  EXPECT_EQ(testing::thrown_by([&] { loop_->mute(unwatched.get(), 7, true); }),
            "watch a descriptor: No such file or directory");
  std::thread([this] {
    testing::refuse_call(SYS_eventfd2, EMFILE);
    EXPECT_EQ(testing::thrown_by([this] { start(target_.address()); }),
              "make an eventfd: Too many open files");
  }).join();
}

/// A unix socket tells of a reset only who left bytes there.
TEST_F(ProxyLoopTest, CountsAsSilentNoEndThatTheOtherSideSeesAsAReset) {
  start([] { return Listener(loopback_address(0), "target").address(); }());
  for (const bool has_spoken : {true, false}) {
    SocketPair ends = unix_pair();
    set_nonblocking(ends.second.get());
    if (has_spoken) send_all(ends.first, "anybody?");
    loop_->adopt(std::move(ends.second));
    EXPECT_TRUE(turn_until([&] { return loop_->load() == 0; }));
    EXPECT_EQ(receive(ends.first, 1), has_spoken ? "!ECONNRESET" : "");
    EXPECT_EQ(loop_->statistics().silent, has_spoken ? 0 : 1);
  }
}

}  // namespace
}  // namespace splicebench
