// A ring that the kernel refuses now and then.

#include "bench/engines/ring/patient_ring.h"

#include <gtest/gtest.h>
#include <sys/syscall.h>

#include <cerrno>
#include <cstddef>
#include <thread>

#include "bench/testing/refused_calls.h"

namespace splicebench {
namespace {

// Completions that are waited for, and what is said to that.
constexpr unsigned kBusy = 7;
constexpr unsigned kInterrupted = 8;
constexpr unsigned kForbidden = 9;

/// From now on io_uring_enter(2) says so in this thread.
void refuse() {
  const auto unless = [](unsigned wanted, unsigned error) {
    return std::pair{sock_filter BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, wanted, 0, 1),
                     sock_filter BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | error)};
  };
  const auto [busy, say_busy] = unless(kBusy, EBUSY);
  const auto [interrupted, say_interrupted] = unless(kInterrupted, EINTR);
  const auto [forbidden, say_forbidden] = unless(kForbidden, EACCES);
  testing::filter_calls({
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, nr)),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_io_uring_enter, 0, 7),
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, args) + 2 * sizeof(__u64)),
      busy,
      say_busy,
      interrupted,
      say_interrupted,
      forbidden,
      say_forbidden,
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
  });
}

class PatientRingTest : public ::testing::Test {
 protected:
  void SetUp() override {
    if (!why_no_ring().empty()) GTEST_SKIP() << why_no_ring();
    ASSERT_EQ(ring_.open(4, 8), 0);
  }

  /// In a thread that is refused what it is said above.
  template <typename Do>
  void where_refused(Do things) {
    std::thread([&] {
      refuse();
      ring_.enable();
      ring_.enable();  // once
      things();
    }).join();
  }
  void enter(unsigned wanted, int times) {
    for (int i = 0; i < times; ++i) ring_.enter(wanted);
  }
  bool ask() {
    return ring_.ask(1, [](io_uring_sqe* request) { ::io_uring_prep_nop(request); });
  }

  PatientRing ring_;
};

TEST_F(PatientRingTest, BearsWithManyRefusalsButNotInARow) {
  where_refused([&] {
    for (int time = 0; time < 2; ++time) {
      enter(kBusy, 99);
      EXPECT_EQ(ring_.error(), 0);
      enter(0, 1);
      const Calls calls = ring_.take_calls();
      EXPECT_EQ(calls.in, 100);
      EXPECT_EQ(calls.eagain, 99);
    }
    enter(kBusy, 99);
    enter(kInterrupted, 5);
    EXPECT_EQ(ring_.error(), 0);
    EXPECT_TRUE(ask());
    enter(kBusy, 1);
    EXPECT_EQ(ring_.error(), EBUSY);
    EXPECT_FALSE(ask());
  });
}

TEST_F(PatientRingTest, IsInterruptedAsOftenAsItIs) {
  where_refused([&] {
    enter(kInterrupted, 200);
    EXPECT_EQ(ring_.error(), 0);
    const Calls calls = ring_.take_calls();
    EXPECT_EQ(calls.eagain, 200);
    EXPECT_EQ(calls.in, 200);
    EXPECT_EQ(ring_.take_calls().total(), 0) << "taken once";
  });
}

TEST_F(PatientRingTest, DoesNotTryAgainWhatCannotBe) {
  where_refused([&] {
    enter(kForbidden, 1);
    EXPECT_EQ(ring_.error(), EACCES);
  });
}

TEST_F(PatientRingTest, HandsOverWhatIsMoreThanItHasRoomFor) {
  where_refused([&] {
    int done = 0;
    for (int i = 0; i < 20; ++i) EXPECT_TRUE(ask());
    ring_.enter(0);
    ring_.take([&](const io_uring_cqe& completion) {
      EXPECT_EQ(completion.user_data, 1U);
      ++done;
    });
    ring_.enter(0);  // those that there was no room to tell of
    ring_.take([&](const io_uring_cqe&) { ++done; });
    ring_.enter(0);
    ring_.take([&](const io_uring_cqe&) { ++done; });
    EXPECT_EQ(done, 20);
    EXPECT_EQ(ring_.error(), 0);
  });
}

}  // namespace
}  // namespace splicebench
