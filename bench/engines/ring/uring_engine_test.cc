// An engine with a ring of its own, which the kernel refuses to enter.

#include <gtest/gtest.h>
#include <sys/syscall.h>

#include <cerrno>
#include <thread>

#include "bench/testing/awaited.h"
#include "bench/testing/bytes.h"
#include "bench/testing/refused_calls.h"
#include "bench/testing/watched_calls.h"
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

class RefusedUring : public ::testing::TestWithParam<std::string> {
 protected:
  void SetUp() override { begin(); }
  /// Another engine, between other connections.
  void begin() {
    source_ = tcp_pair();
    sink_ = tcp_pair();
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
  /// Likewise, with ten bytes to take; the ring says `error` the first `times` that it is entered.
  /// Returns how often it was.
  template <typename Do>
  int while_busy(int error, int times, Do things) {
    begin();
    send_all(source_.first, "0123456789");
    testing::wait_for_bytes(source_.second, 10);
    int calls = 0;
    const auto look = [&](const seccomp_notif&) {
      // Who goes on for ever is to be seen, not waited for.
      if (++calls > 1000) return EACCES;
      return calls <= times ? error : 0;
    };
    testing::while_watched({SYS_io_uring_enter}, look, [&] {
      engine_->prepare(source_.second.get(), sink_.second.get());
      things();
      engine_.reset();
    });
    return calls;
  }
  /// Of all transfers from now on. Returns what the first took.
  std::uint64_t expect_failure(int error) {
    const Outcome outcome = engine_->transfer(10);
    EXPECT_EQ(outcome.in, outcome.out + outcome.left);
    for (const Outcome& one : {outcome, engine_->transfer(10), engine_->transfer(10)}) {
      EXPECT_EQ(one.ended, Ended::error);
      EXPECT_EQ(one.side, Side::source);
      EXPECT_EQ(one.error, error);
      EXPECT_EQ(one.left, outcome.left);
    }
    return outcome.in;
  }
  void expect_refusals(int times) const {
    EXPECT_EQ(engine_->calls().eagain, splices() ? 0 : times);
  }
  bool splices() const { return GetParam() == "uring:splice"; }

  std::unique_ptr<Engine> engine_;
  SocketPair source_;
  SocketPair sink_;
};

INSTANTIATE_TEST_SUITE_P(Modes, RefusedUring,
                         ::testing::Values("uring", "uring:bundle,size=4KiB", "uring:zc",
                                           "uring:splice"),
                         test_name);

TEST_P(RefusedUring, GoesOnAfter99RefusalsInARow) {
  for (const int error : {EBUSY, EAGAIN, EINTR}) {
    const int times = error == EINTR ? 300 : 99;
    while_busy(error, times, [&] {
      EXPECT_EQ(drive(*engine_, source_.second.get(), sink_.second.get(), 10).out, 10U);
      EXPECT_EQ(engine_->calls().fallback, 0);
      expect_refusals(times);
    });
    ASSERT_FALSE(HasFailure()) << "nothing comes";
    EXPECT_EQ(receive(sink_.first, 10), "0123456789");
  }
}

TEST_P(RefusedUring, FailsForGoodAtThe100th) {
  for (const int error : {EBUSY, EAGAIN}) {
    std::uint64_t in = 0;
    const auto fail = [&] {
      in = expect_failure(error);
      expect_refusals(100);
    };
    while_busy(error, 100, fail);
    // For ever: it is to take back what it asked for, and gives that up, too.
    EXPECT_EQ(while_busy(error, 1000, fail), splices() ? 100 : 200);
    EXPECT_EQ(in, 0U);
    EXPECT_EQ(receive(source_.second, 10), "0123456789");
  }
}

/// With a ring of its own for one flow.
class UringTest : public RefusedUring {};

INSTANTIATE_TEST_SUITE_P(Modes, UringTest,
                         ::testing::Values("uring", "uring:bundle,size=4KiB", "uring:zc"),
                         test_name);

TEST_P(UringTest, ThatCannotWaitSaysSoInItsNextTurn) {
  apart([&] {
    EXPECT_EQ(engine_->transfer(10).ended, Ended::would_block);
    refuse_to_wait(EACCES);
    EXPECT_TRUE(engine_->await());
    expect_failure(EACCES);
    EXPECT_FALSE(engine_->await()) << "there is no ring";
    // Another connection is copied.
    const SocketPair from = tcp_pair();
    send_all(from.first, "01234");
    engine_->rebind(from.second.get(), sink_.second.get());
    EXPECT_EQ(engine_->transfer(5).out, 5U);
    EXPECT_EQ(engine_->calls().fallback, 1);
    EXPECT_EQ(receive(sink_.first, 5), "01234");
  });
}

TEST_P(UringTest, WasOnlyInterrupted) {
  for (const int error : {EINTR, EAGAIN, EBUSY}) {
    begin();
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
