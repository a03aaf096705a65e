#include "harness/machine/neighbours.h"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <csignal>
#include <thread>
#include <vector>

namespace splicebench {
namespace {

std::string kind() { return "test-" + std::to_string(::getpid()); }

TEST(Neighbours, SeeEachOtherAndNotThemselves) {
  const Neighbours first(kind());
  EXPECT_TRUE(first.others().empty());
  const Neighbours second(kind());
  EXPECT_EQ(first.others(), std::vector<pid_t>{::getpid()});
  EXPECT_EQ(second.others(), std::vector<pid_t>{::getpid()});
  const Neighbours another_kind(kind() + "-other");
  EXPECT_EQ(first.others().size(), 1U);
}

TEST(Neighbours, LeaveNothingWhenTheyAreKilled) {
  const Neighbours here(kind());
  int ready[2];
  ASSERT_EQ(::pipe(ready), 0);
  const pid_t child = ::fork();
  if (child == 0) {
    const Neighbours there("test-" + std::to_string(::getppid()));
    if (::write(ready[1], "x", 1) == 1) ::pause();
    ::_exit(0);
  }
  char byte = 0;
  ASSERT_EQ(::read(ready[0], &byte, 1), 1);
  EXPECT_EQ(here.others(), std::vector<pid_t>{child});
  ::kill(child, SIGKILL);
  ::waitpid(child, nullptr, 0);
  EXPECT_TRUE(here.others().empty());
  ::close(ready[0]);
  ::close(ready[1]);
}

TEST(Neighbours, OfAnotherUserAreSeen) {
  if (::geteuid() != 0) GTEST_SKIP() << "only root can become another user";
  const Neighbours here(kind());
  int ready[2];
  ASSERT_EQ(::pipe(ready), 0);
  const pid_t child = ::fork();
  if (child == 0) {
    if (::setuid(65534) != 0) ::_exit(1);
    const Neighbours there("test-" + std::to_string(::getppid()));
    const char seen = there.others().size() == 1 ? 'y' : 'n';
    if (::write(ready[1], &seen, 1) == 1) ::pause();
    ::_exit(0);
  }
  char seen = 0;
  ASSERT_EQ(::read(ready[0], &seen, 1), 1);
  EXPECT_EQ(seen, 'y');
  EXPECT_EQ(here.others(), std::vector<pid_t>{child});
  ::kill(child, SIGKILL);
  ::waitpid(child, nullptr, 0);
  ::close(ready[0]);
  ::close(ready[1]);
}

TEST(BusyShare, IsThatOfAllCpusBetweenTwoReadings) {
  const LoadReading earlier{10, 100, 4, true};
  EXPECT_EQ(busy_between(earlier, {12, 104, 4, true}), 0.5);
  EXPECT_EQ(busy_between(earlier, {12, 200, 4, true}), 1);
  EXPECT_EQ(busy_between(earlier, {12, 99, 4, true}), 0) << "told in steps of 10 ms";
  EXPECT_FALSE(busy_between(earlier, {12, 104, 4, false}));
  EXPECT_FALSE(busy_between({10, 100, 4, false}, {12, 104, 4, true}));
  EXPECT_FALSE(busy_between(earlier, {10, 100, 4, true}));
}

TEST(BusyShare, SeesWhatOthersDo) {
  std::atomic<bool> done = false;
  std::vector<std::thread> others;
  for (unsigned cpu = 0; cpu < std::thread::hardware_concurrency(); ++cpu)
    others.emplace_back([&done] {
      while (!done) {
      }
    });
  const std::optional<double> busy = busy_share(0.3);
  done = true;
  for (std::thread& other : others) other.join();
  ASSERT_TRUE(busy);
  EXPECT_GT(*busy, 0.5);
  EXPECT_LE(*busy, 1);
}

}  // namespace
}  // namespace splicebench
