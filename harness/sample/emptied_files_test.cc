// What a sample has written is emptied beside the next one's warm-up: its clock waits for it.

#include <sched.h>

#include <atomic>

#include "bench/testing/watched_calls.h"
#include "harness/testing/sample_fault.h"

namespace splicebench {
namespace {

struct Emptying {
  bool is_apart;  ///< done by a thread that does nothing else
  std::vector<int> cpus;
  double made;
};

std::vector<int> cpus_of(pid_t thread) {
  cpu_set_t set{};
  EXPECT_EQ(::sched_getaffinity(thread, sizeof set, &set), 0);
  std::vector<int> cpus;
  for (int cpu = 0; cpu < CPU_SETSIZE; ++cpu) {
    if (CPU_ISSET(static_cast<std::size_t>(cpu), &set)) cpus.push_back(cpu);
  }
  return cpus;
}

class VisitEmptiedFiles : public SampleFault {
 protected:
  /// A visit of three samples into files by a relay and a writer on one CPU, of `cpus` in all.
  void visit(const std::vector<int>& cpus) {
    plan_.path = &path_named("tcp-to-file");
    CPU_SET(static_cast<std::size_t>(cpus.front()), &setting_.placement.relay);
    CPU_SET(static_cast<std::size_t>(cpus.front()), &setting_.placement.writer);
    descriptors_ = open_descriptors();
    std::atomic<pid_t> own = 0;
    const auto look = [&](const seccomp_notif& call) {
      const auto thread = static_cast<pid_t>(call.pid);
      if (!fs::exists(fmt::format("/proc/self/task/{}", thread))) return 0;  // the relay's
      // Long enough for the next clock to begin, if it did not wait.
      std::this_thread::sleep_for(std::chrono::milliseconds(50));
      emptied_.push_back({thread != own, cpus_of(thread), monotonic_seconds()});
      return 0;
    };
    testing::while_watched({SYS_ftruncate}, look, [&] {
      own = ::gettid();
      cpu_set_t all{};
      for (const int cpu : cpus) CPU_SET(static_cast<std::size_t>(cpu), &all);
      EXPECT_EQ(::sched_setaffinity(0, sizeof all, &all), 0);
      take_visit({plan_, plan_, plan_}, setting_, [&](std::size_t, const SampleResult& result) {
        EXPECT_EQ(result.sample.error, "");
        samples_.push_back(result.sample);
      });
    });
    ASSERT_EQ(emptied_.size(), 3U);
    ASSERT_EQ(samples_.size(), 3U);
    for (const std::size_t i : {0U, 1U}) EXPECT_GE(samples_[i + 1].start, emptied_[i].made) << i;
  }

  std::vector<Emptying> emptied_;
  std::vector<Sample> samples_;
};

TEST_F(VisitEmptiedFiles, AreSoByAThreadOnTheCpuThatIsLeft) {
  const std::vector<int> cpus = allowed_cpus();
  if (cpus.size() < 2) GTEST_SKIP() << "there is one CPU";
  visit({cpus[0], cpus[1]});
  for (const std::size_t i : {0U, 1U}) {
    EXPECT_TRUE(emptied_[i].is_apart) << i;
    EXPECT_EQ(emptied_[i].cpus, std::vector<int>{cpus[1]}) << i;
  }
  EXPECT_FALSE(emptied_[2].is_apart) << "nothing comes after the last";
}

TEST_F(VisitEmptiedFiles, AreSoAtOnceWhereNoCpuIsLeft) {
  visit({allowed_cpus().front()});
  for (const Emptying& one : emptied_) EXPECT_FALSE(one.is_apart);
}

}  // namespace
}  // namespace splicebench
