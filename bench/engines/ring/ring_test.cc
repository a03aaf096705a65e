// A ring as kernels of other ages have it.

#include "bench/engines/ring/ring.h"

#include <gtest/gtest.h>
#include <sys/syscall.h>

#include <cerrno>
#include <memory>
#include <vector>

#include "bench/testing/bytes.h"
#include "bench/testing/watched_calls.h"
#include "harness/engine/driver.h"
#include "harness/network/sockets.h"

namespace splicebench {
namespace {

constexpr unsigned kOf60 = IORING_SETUP_SINGLE_ISSUER;
constexpr unsigned kOf61 = IORING_SETUP_DEFER_TASKRUN;
constexpr unsigned kOf519 = IORING_SETUP_COOP_TASKRUN;
constexpr unsigned kAlways = IORING_SETUP_CQSIZE | IORING_SETUP_CLAMP;

class RingTest : public ::testing::Test {
 protected:
  void SetUp() override {
    if (!why_no_ring().empty()) GTEST_SKIP() << why_no_ring();
  }
  /// Does `things` on a kernel that does not know `unknown` flags of a ring. Returns with which one
  /// was tried to be made.
  static std::vector<unsigned> without(unsigned unknown, const std::function<void()>& things) {
    std::vector<unsigned> tried;
    const auto look = [&](const seccomp_notif& call) {
      // Of a thread of this process.
      tried.push_back(reinterpret_cast<const io_uring_params*>(call.data.args[1])->flags);
      return (tried.back() & unknown) != 0 ? EINVAL : 0;
    };
    testing::while_watched({SYS_io_uring_setup}, look, things);
    return tried;
  }
};

TEST_F(RingTest, IsMadeAsOlderKernelsKnowIt) {
  const SocketPair source = tcp_pair();
  const SocketPair sink = tcp_pair();
  const auto move = [&] {
    const std::unique_ptr<Engine> engine = parse_mode("uring").make();
    engine->prepare(source.second.get(), sink.second.get());
    send_all(source.first, "bytes");
    EXPECT_EQ(drive(*engine, source.second.get(), sink.second.get(), 5).out, 5U);
    EXPECT_EQ(engine->calls().fallback, 0);
    EXPECT_EQ(receive(sink.first, 5), "bytes");
  };
  const unsigned newest = kOf60 | kOf519 | kAlways;
  EXPECT_EQ(without(0, move), (std::vector{newest}));
  EXPECT_EQ(without(kOf60, move), (std::vector{newest, kOf519 | kAlways}));
  EXPECT_EQ(without(kOf60 | kOf519, move), (std::vector{newest, kOf519 | kAlways, kAlways}));
}

TEST_F(RingTest, ThatIsWaitedInIsMadeAsOlderKernelsKnowIt) {
  const auto tell = [&] {
    Ring ring;
    ASSERT_EQ(ring.open(4, 8, Ring::Waiting::in_ring), 0);
    ASSERT_EQ(ring.enable(), 0);
    ring.request(7, [](io_uring_sqe* request) { ::io_uring_prep_nop(request); });
    EXPECT_EQ(ring.enter(1), 0);
    std::vector<std::uint64_t> told;
    ring.take([&](const io_uring_cqe& completion) { told.push_back(completion.user_data); });
    EXPECT_EQ(told, (std::vector<std::uint64_t>{7}));
  };
  const unsigned always = kAlways | IORING_SETUP_R_DISABLED;
  const unsigned newest = kOf60 | kOf61 | always;
  EXPECT_EQ(without(0, tell), (std::vector{newest}));
  EXPECT_EQ(without(kOf61, tell), (std::vector{newest, kOf519 | always}));
  EXPECT_EQ(without(kOf60 | kOf61 | kOf519, tell), (std::vector{newest, kOf519 | always, always}));
}

TEST_F(RingTest, IsNoneWhereThatIsNotKnownEither) {
  for (const Ring::Waiting waiting : {Ring::Waiting::outside, Ring::Waiting::in_ring}) {
    Ring ring;
    EXPECT_EQ(without(kAlways, [&] { EXPECT_EQ(ring.open(4, 8, waiting), EINVAL); }).size(), 3U);
    EXPECT_FALSE(ring);
  }
}

}  // namespace
}  // namespace splicebench
