// That a redirection hands on, counts and wakes as it says, and where it hands on no more.

#include "bench/engines/sockmap/redirection.h"

#include <gtest/gtest.h>
#include <linux/capability.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>

#include <cerrno>
#include <filesystem>
#include <string>
#include <thread>

#include "bench/engines/sockmap/bpf.h"
#include "bench/testing/awaited.h"
#include "bench/testing/bytes.h"
#include "bench/testing/refused_calls.h"
#include "harness/network/sockets.h"
#include "harness/system/process_tree.h"

namespace splicebench {
namespace {

class RedirectionTest : public ::testing::Test {
 protected:
  void SetUp() override {
    if (!why_no_redirection().empty()) GTEST_SKIP() << why_no_redirection();
    ASSERT_EQ(redirection_.open(), 0);
  }
  bool is_woken() const { return testing::happens({redirection_.wake_fd(), POLLIN}, 0); }
  /// Through the kernel, to the sink's reader.
  void pass(const SocketPair& source, const std::string& text) {
    send_all(source.first, text);
    EXPECT_EQ(receive(sink_.first, text.size()), text);
  }

  /// As the program does where the kernel has no memory: in the one array of a Shared.
  static void tell_of_failure() {
    int told = 0;
    for (const auto& entry : std::filesystem::directory_iterator("/proc/self/fd")) {
      const int fd = std::stoi(entry.path().filename());
      bpf_map_info info{};
      const int known = bpf(BPF_OBJ_GET_INFO_BY_FD, [&](bpf_attr& attributes) {
        attributes.info.bpf_fd = static_cast<std::uint32_t>(fd);
        attributes.info.info_len = sizeof info;
        attributes.info.info = reinterpret_cast<std::uintptr_t>(&info);
      });
      if (known != 0 || info.type != BPF_MAP_TYPE_ARRAY || info.value_size != sizeof(Shared))
        continue;
      void* const at = ::mmap(nullptr, sizeof(Shared), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
      ASSERT_NE(at, MAP_FAILED);
      static_cast<Shared*>(at)->failed = 1;
      ::munmap(at, sizeof(Shared));
      ++told;
    }
    EXPECT_EQ(told, 1);
  }

  Redirection redirection_;
  SocketPair source_ = tcp_pair();
  SocketPair sink_ = tcp_pair();
};

TEST_F(RedirectionTest, HandsOnAllThatComesFromOneSourceAfterAnotherAndCountsIt) {
  std::uint64_t all = 0;
  for (int i = 0; i < 4; ++i) {
    SocketPair source = i % 2 == 0 ? tcp_pair() : unix_pair();
    ASSERT_EQ(redirection_.connect(source.second.get(), sink_.second.get()), 0);
    for (const std::size_t size : {1U, 1000U, 60000U}) {
      pass(source, content(size));
      all += size;
      EXPECT_EQ(redirection_.bytes(), all);
    }
    // Its end is none of the sink's.
    source.first.reset();
    EXPECT_EQ(receive(source.second, 1), "");
    send_all(sink_.second, "goes on");
    EXPECT_EQ(receive(sink_.first, 7), "goes on");
    EXPECT_FALSE(redirection_.has_failed());
    redirection_.disconnect();
  }
}

TEST_F(RedirectionTest, WakesAsItsBytesComeToTheTargetAndThenNoMore) {
  ASSERT_EQ(redirection_.connect(source_.second.get(), sink_.second.get()), 0);
  for (int i = 0; i < 3; ++i) {
    redirection_.set_target(redirection_.bytes() + 5);
    pass(source_, "1234");
    EXPECT_FALSE(is_woken());
    pass(source_, i == 0 ? "5" : "5 and more");
    EXPECT_TRUE(is_woken());
    redirection_.hush();
    EXPECT_FALSE(is_woken());
    pass(source_, "more");
    EXPECT_FALSE(is_woken());
  }
}

TEST_F(RedirectionTest, LeavesInTheSourceWhatIsToStay) {
  for (int i = 0; i < 2; ++i) {
    ASSERT_EQ(redirection_.connect(source_.second.get(), sink_.second.get()), 0);
    pass(source_, "goes");
    redirection_.hush();
    const std::uint64_t bytes = redirection_.bytes();
    redirection_.let_stay();
    redirection_.set_target(bytes + 1);
    send_all(source_.first, "stays");
    EXPECT_EQ(receive(source_.second, 5), "stays");
    EXPECT_EQ(redirection_.bytes(), bytes);
    EXPECT_FALSE(is_woken());
    redirection_.disconnect();
    send_all(source_.first, "too");
    EXPECT_EQ(receive(source_.second, 3), "too");
    // Another source, since from this one somebody has read.
    source_ = tcp_pair();
  }
  int ready = 0;
  EXPECT_EQ(::ioctl(sink_.first.get(), FIONREAD, &ready), 0);
  EXPECT_EQ(ready, 0);
}

TEST_F(RedirectionTest, RefusesWhatCannotBeRedirected) {
  const Fd file(::memfd_create("no socket", MFD_CLOEXEC));
  EXPECT_NE(redirection_.connect(file.get(), sink_.second.get()), 0);
  EXPECT_NE(redirection_.connect(source_.second.get(), file.get()), 0);
  SocketPair ended = tcp_pair();
  ended.first.reset();
  EXPECT_EQ(receive(ended.second, 1), "");
  EXPECT_EQ(redirection_.connect(ended.second.get(), sink_.second.get()), EOPNOTSUPP);
  redirection_.disconnect();
  ASSERT_EQ(redirection_.connect(source_.second.get(), sink_.second.get()), 0);
  pass(source_, "and goes on");
}

TEST_F(RedirectionTest, ForgetsThatItFailedWithAnotherSource) {
  ASSERT_EQ(redirection_.connect(source_.second.get(), sink_.second.get()), 0);
  tell_of_failure();
  EXPECT_TRUE(redirection_.has_failed());
  redirection_.disconnect();
  source_ = tcp_pair();
  ASSERT_EQ(redirection_.connect(source_.second.get(), sink_.second.get()), 0);
  EXPECT_FALSE(redirection_.has_failed());
  redirection_.set_target(redirection_.bytes() + 1);
  pass(source_, "and goes on");
  EXPECT_TRUE(is_woken());
}

TEST_F(RedirectionTest, TakesNoOtherPrivilegesThanItSays) {
  std::thread([this] {
    __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
    __user_cap_data_struct some[2] = {};
    for (const int one : {CAP_NET_ADMIN, CAP_BPF})
      some[CAP_TO_INDEX(one)].effective |= CAP_TO_MASK(one);
    for (auto& word : some) word.permitted = word.effective;
    ASSERT_EQ(::syscall(SYS_capset, &header, some), 0);
    Redirection one;
    ASSERT_EQ(one.open(), 0);
    ASSERT_EQ(one.connect(source_.second.get(), sink_.second.get()), 0);
    pass(source_, "handed on");
    EXPECT_EQ(one.bytes(), 9U);
  }).join();
}

TEST_F(RedirectionTest, GivesBackWhatItHas) {
  EXPECT_TRUE(redirection_);
  const std::size_t open = open_descriptors();
  redirection_.close();
  EXPECT_FALSE(redirection_);
  EXPECT_EQ(open_descriptors(), open - 5);
  redirection_.close();
  ASSERT_EQ(redirection_.open(), 0);
  EXPECT_EQ(open_descriptors(), open);
  ASSERT_EQ(redirection_.connect(source_.second.get(), sink_.second.get()), 0);
  pass(source_, "once more");
  EXPECT_EQ(redirection_.bytes(), 9U);
}

TEST_F(RedirectionTest, SaysWhyItCannotBeHad) {
  for (const int error : {EPERM, ENOMEM, EAGAIN}) {
    std::thread([error] {
      testing::refuse_call(SYS_bpf, static_cast<unsigned>(error));
      Redirection one;
      EXPECT_EQ(one.open(), error);
      EXPECT_FALSE(one);
    }).join();
  }
}

}  // namespace
}  // namespace splicebench
