// An engine with a ring of its own, which the kernel refuses to enter.

#include <gtest/gtest.h>
#include <sys/syscall.h>

#include <cerrno>
#include <thread>

#include "bench/testing/bytes.h"
#include "bench/testing/refused_calls.h"
#include "harness/engine/driver.h"
#include "harness/network/sockets.h"

namespace splicebench {
namespace {

/// From now on, in this thread, to wait for a completion.
void refuse_to_wait(unsigned error) {
  testing::filter_calls({
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, nr)),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_io_uring_enter, 0, 3),
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, args) + 2 * sizeof(__u64)),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 1, 0, 1),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | error),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
  });
}

class UringTest : public ::testing::TestWithParam<std::string> {
 protected:
  void SetUp() override {
    const Mode mode = parse_mode(GetParam());
    if (!mode.engine->why_unavailable().empty()) GTEST_SKIP() << mode.engine->why_unavailable();
    engine_ = mode.make();
    set_nonblocking(source_.second.get());
    set_nonblocking(sink_.second.get());
  }
  /// In a thread of its own, as the ring is, which the filter ends with.
  template <typename Do>
  void apart(Do things) {
    std::thread([&] {
      engine_->prepare(source_.second.get(), sink_.second.get());
      things();
      engine_.reset();
    }).join();
  }
  void expect_failure(int error) {
    const Outcome outcome = engine_->transfer(10);
    EXPECT_EQ(outcome.ended, Ended::error);
    EXPECT_EQ(outcome.side, Side::source);
    EXPECT_EQ(outcome.error, error);
    EXPECT_EQ(outcome.in, outcome.out + outcome.left);
  }

  std::unique_ptr<Engine> engine_;
  SocketPair source_ = tcp_pair();
  SocketPair sink_ = tcp_pair();
};

INSTANTIATE_TEST_SUITE_P(Modes, UringTest,
                         ::testing::Values("uring", "uring:bundle,size=4KiB", "uring:zc"),
                         test_name);

TEST_P(UringTest, ThatCannotWaitSaysSoInItsNextTurn) {
  apart([&] {
    EXPECT_EQ(engine_->transfer(10).ended, Ended::would_block);
    refuse_to_wait(EACCES);
    EXPECT_TRUE(engine_->await());
    expect_failure(EACCES);
  });
}

TEST_P(UringTest, WasOnlyInterrupted) {
  for (const int error : {EINTR, EAGAIN, EBUSY}) {
    source_ = tcp_pair();
    SetUp();
    apart([&] {
      send_all(source_.first, "0123456789");
      source_.first.reset();
      EXPECT_EQ(drive(*engine_, source_.second.get(), sink_.second.get(), kNoLimit).out, 10U);
      refuse_to_wait(static_cast<unsigned>(error));
      EXPECT_TRUE(engine_->await());
      EXPECT_EQ(engine_->transfer(10).ended, Ended::eof) << error;
    });
    EXPECT_EQ(receive(sink_.first, 10), "0123456789");
  }
}

}  // namespace
}  // namespace splicebench
