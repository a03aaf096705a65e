// CPU time of processes that one started, with all their threads and those that have ended, against
// what they say themselves.

#include "harness/system/process_tree.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <ctime>
#include <thread>

namespace splicebench {
namespace {

constexpr double kWhile = 0.06;  ///< seconds of CPU

double seconds_of(clockid_t clock) {
  timespec now{};
  ::clock_gettime(clock, &now);
  return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

void burn() {
  const double until = seconds_of(CLOCK_THREAD_CPUTIME_ID) + kWhile;
  while (seconds_of(CLOCK_THREAD_CPUTIME_ID) < until) {
  }
}

/// From processes to the test, and the end of the test to them.
class Line {
 public:
  Line() {
    EXPECT_EQ(::pipe2(told_.data(), O_CLOEXEC), 0);
    EXPECT_EQ(::pipe2(over_.data(), O_CLOEXEC), 0);
  }
  ~Line() {
    for (const int fd : {told_[0], told_[1], over_[0]}) ::close(fd);
    end();
  }
  Line(const Line&) = delete;
  Line& operator=(const Line&) = delete;

  void tell(double seconds) const {
    if (::write(told_[1], &seconds, sizeof seconds) != sizeof seconds) ::_exit(1);
  }
  double hear() const {
    double seconds = -1;
    EXPECT_EQ(::read(told_[0], &seconds, sizeof seconds), static_cast<ssize_t>(sizeof seconds));
    return seconds;
  }
  /// In a process that was forked: ends it with the test.
  [[noreturn]] void stay() {
    end();
    char none = 0;
    while (::read(over_[0], &none, 1) < 0) {
    }
    ::_exit(0);
  }
  void end() {
    if (over_[1] >= 0) ::close(over_[1]);
    over_[1] = -1;
  }

 private:
  std::array<int, 2> told_{};
  std::array<int, 2> over_{};
};

/// Two threads beside its own, of which one ends, and its own work.
[[noreturn]] void be_a_process_of_threads(Line& line) {
  std::thread(burn).join();
  std::atomic<bool> burnt = false;
  std::thread other([&] {
    burn();
    burnt = true;
    line.stay();
  });
  while (!burnt) ::usleep(1000);
  burn();
  line.tell(seconds_of(CLOCK_PROCESS_CPUTIME_ID));
  other.join();
  ::_exit(0);
}

/// Has a child that ended and was waited for, and one with threads.
[[noreturn]] void be_the_root(Line& line) {
  const pid_t ended = ::fork();
  if (ended == 0) {
    burn();
    ::_exit(0);
  }
  ::waitpid(ended, nullptr, 0);
  rusage used{};
  ::getrusage(RUSAGE_CHILDREN, &used);
  line.tell(static_cast<double>(used.ru_utime.tv_sec + used.ru_stime.tv_sec) +
            1e-6 * static_cast<double>(used.ru_utime.tv_usec + used.ru_stime.tv_usec));
  if (::fork() == 0) be_a_process_of_threads(line);
  burn();  // its own is not asked for
  line.tell(0);
  line.stay();
}

TEST(ProcessTree, CountsAllThreadsAndChildrenAlsoThoseThatEnded) {
  Line line;
  const pid_t root = ::fork();
  if (root == 0) be_the_root(line);
  double said = 0;
  for (int i = 0; i < 3; ++i) said += line.hear();
  const TreeUsage usage = usage_below(root);
  EXPECT_GE(said, 4 * kWhile);
  // Of the one that ended there are the kernel's ticks, of 10 ms each of user and system.
  EXPECT_GE(usage.seconds, said - 0.021);
  EXPECT_LE(usage.seconds, said + kWhile / 2) << "the root's own is among it";
  EXPECT_EQ(processes_below(root).size(), 1U);
  EXPECT_GE(usage.threads.size(), 2U) << "its first and the one that stays";
  const CpuTime between = cpu_between(TreeUsage(), usage);
  EXPECT_NEAR(between.total(), usage.seconds, 1e-9);
  line.end();
  int status = 1;
  ::waitpid(root, &status, 0);
}

TEST(CpuBetween, IsTheExactTimeSplitAsTheTicksSay) {
  TreeUsage earlier;
  TreeUsage later;
  earlier.seconds = 1;
  later.seconds = 3;
  earlier.ticks = {0.5, 0.5};
  later.ticks = {2, 1};
  EXPECT_DOUBLE_EQ(cpu_between(earlier, later).user, 1.5);
  EXPECT_DOUBLE_EQ(cpu_between(earlier, later).system, 0.5);
  later.ticks = earlier.ticks;
  EXPECT_DOUBLE_EQ(cpu_between(earlier, later).user, 0);
  EXPECT_DOUBLE_EQ(cpu_between(earlier, later).system, 2) << "less than a tick";
  EXPECT_DOUBLE_EQ(cpu_between(later, earlier).total(), 0) << "a process that ended unseen";
}

TEST(SwitchesBetween, AreUnknownWhenAThreadHasEnded) {
  TreeUsage earlier;
  TreeUsage later;
  earlier.threads = {5, 9};
  earlier.voluntary_switches = 10;
  earlier.involuntary_switches = 1;
  later.threads = {5, 7, 9};
  later.voluntary_switches = 14;
  later.involuntary_switches = 6;
  EXPECT_EQ(switches_between(earlier, later).value().voluntary, 4);
  EXPECT_EQ(switches_between(earlier, later).value().involuntary, 5);
  EXPECT_FALSE(switches_between(later, earlier)) << "7 is gone";
  later.switches_known = false;
  EXPECT_FALSE(switches_between(earlier, later));
}

}  // namespace
}  // namespace splicebench
