#include "harness/machine/counters.h"

#include <gtest/gtest.h>
#include <linux/perf_event.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <ctime>
#include <filesystem>
#include <functional>
#include <string>
#include <system_error>
#include <thread>

#include "bench/testing/watched_calls.h"
#include "harness/machine/net_counters.h"
#include "harness/machine/placement.h"
#include "harness/system/process.h"

namespace splicebench {
namespace {

TEST(ProcStat, HasAsBusyWhatIsNeitherIdleNorStolen) {
  const SystemTimes times =
      parse_machine("cpu  100 2 300 4000 50 6 70 8 0 0\ncpu0 1 2 3 4 5 6 7 8\n", 100, 2, 50);
  EXPECT_TRUE(times.known);
  EXPECT_DOUBLE_EQ(times.busy, 100 - 40 - 0.5 - 0.08);
  EXPECT_DOUBLE_EQ(times.softirq, 0.76);
  EXPECT_DOUBLE_EQ(times.steal, 0.08);
}

TEST(ProcStat, IsNotFoundInOtherText) {
  EXPECT_FALSE(parse_machine("", 100, 2, 50).known);
  EXPECT_FALSE(parse_machine("cpu 1 2 3", 100, 2, 50).known);
}

TEST(ProcStat, TellsTheCpusApart) {
  const CpuTimes times = parse_cpus(
      "cpu  9 9 9 900 9 9 9 9 0 0\ncpu0 1 2 3 400 50 6 7 8 0 0\ncpu3 1 2 3 100 0 6 7 0 0 0\nintr "
      "5 1 2 3 4 5 6 7 8\n",
      100, 20);
  EXPECT_DOUBLE_EQ(times[0].value().busy, 20 - 4.58);
  EXPECT_DOUBLE_EQ(times[0].value().softirq, 0.13);
  EXPECT_DOUBLE_EQ(times[0].value().steal, 0.08);
  EXPECT_FALSE(times[1].has_value());
  EXPECT_DOUBLE_EQ(times[3].value().busy, 19);
  const CpuTimes many = parse_cpus(
      "\ncpu255 1 2 3 400 0 6 7 0\ncpu256 1 2 3 400 0 6 7 0\ncpu1 1 2 3 4\ncpu9999 1 2 3 4 5 6 7 8",
      100, 20);
  EXPECT_DOUBLE_EQ(many[255].value().busy, 16) << "the last that has a place";
  EXPECT_EQ(
      std::count_if(many.begin(), many.end(), [](const auto& one) { return one.has_value(); }), 1);
}

TEST(ProcStat, AddsUpThePlacementsCpusAlone) {
  CpuTimes before;
  CpuTimes after;
  for (const std::size_t cpu : {0, 1, 3}) {
    before[cpu] = SystemTimes{100, 10, 1};
    after[cpu] = SystemTimes{100.5 + static_cast<double>(cpu), 10.25, 1.125};
  }
  cpu_set_t placed;
  CPU_ZERO(&placed);
  CPU_SET(1, &placed);
  CPU_SET(3, &placed);
  const SystemTimes used = used_by(placed, before, after).value();
  EXPECT_DOUBLE_EQ(used.busy, 5);
  EXPECT_DOUBLE_EQ(used.softirq, 0.5);
  EXPECT_DOUBLE_EQ(used.steal, 0.25);
  EXPECT_TRUE(used.known);
  CPU_SET(0, &placed);
  EXPECT_DOUBLE_EQ(used_by(placed, before, after).value().busy, 5.5);
  for (const int cpu : {2, 256, 300, CPU_SETSIZE - 1}) {
    cpu_set_t more = placed;
    CPU_SET(cpu, &more);
    EXPECT_FALSE(used_by(more, before, after)) << "nothing is known of CPU " << cpu;
  }
  CpuTimes half = before;
  half[1].reset();
  EXPECT_FALSE(used_by(placed, half, after));
  EXPECT_FALSE(used_by(placed, before, half));
}

TEST(SystemClock, TellsWhichCpuIsBusy) {
  const std::vector<int> cpus = allowed_cpus();
  if (static_cast<std::size_t>(cpus.front()) >= CpuTimes().size())
    GTEST_SKIP() << "no CPU here has a number that is told apart";
  cpu_set_t here;
  ::sched_getaffinity(0, sizeof here, &here);
  cpu_set_t one;
  CPU_ZERO(&one);
  CPU_SET(cpus.front(), &one);
  run_on(one);
  const SystemClock clock;
  CpuTimes before;
  CpuTimes after;
  clock.read(before);
  const double own_before = cpu_used().total();
  while (cpu_used().total() < own_before + 0.2) {
  }
  clock.read(after);
  run_on(here);
  const std::size_t cpu = static_cast<std::size_t>(cpus.front());
  EXPECT_GE(after[cpu].value().busy - before[cpu].value().busy, 0.2 - 0.06);
}

/// Seconds of this process.
double own_cpu() {
  timespec time{};
  ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) / 1e9;
}

/// By a clock of the kernel that every machine has, in the place of what few show.
TEST(PerfCounter, CountsWhatThisThreadAndThoseAfterItDoAndNobodyElse) {
  perf_event_attr attributes{};
  attributes.size = sizeof attributes;
  attributes.type = PERF_TYPE_SOFTWARE;
  attributes.config = PERF_COUNT_SW_TASK_CLOCK;
  if (!Fd(static_cast<int>(::syscall(SYS_perf_event_open, &attributes, 0, -1, -1, 0))))
    GTEST_SKIP() << "this machine offers none";
  const PerfCounter nanoseconds(PERF_TYPE_SOFTWARE, PERF_COUNT_SW_TASK_CLOCK);
  const double outer = own_cpu();
  const std::int64_t before = nanoseconds.read().value();
  const double inner = own_cpu();
  const auto burn = [] {
    const double begin = own_cpu();
    while (own_cpu() < begin + 0.02) {
    }
  };
  burn();
  std::thread(burn).join();
  const double inner_end = own_cpu();
  const std::int64_t after = nanoseconds.read().value();
  const double outer_end = own_cpu();
  // The two are not read by one clock, and what a hypervisor took is in the one alone.
  EXPECT_GE(static_cast<double>(after - before) / 1e9, inner_end - inner - 0.004);
  EXPECT_LE(static_cast<double>(after - before) / 1e9, 2 * (outer_end - outer) + 0.01);
  EXPECT_FALSE(PerfCounter(PERF_TYPE_SOFTWARE, 9999).read()) << "there is no such";
}

TEST(HardwareCounters, CountAtLeastTheInstructionsOfALoop) {
  const HardwareCounters counters;
  const HardwareCounters::Values before = counters.read();
  constexpr std::int64_t kTurns = 1000000;
  volatile std::int64_t sum = 0;
  for (std::int64_t i = 0; i < kTurns; ++i) sum = sum + i;
  const HardwareCounters::Values after = counters.read();
  if (!before.instructions) GTEST_SKIP() << "this machine offers none";
  EXPECT_GE(after.instructions.value() - *before.instructions, 3 * kTurns);
  EXPECT_GT(after.cycles.value(), before.cycles.value());
}

TEST(Netstat, IsReadByTheNamesOfItsColumns) {
  const NetFacts facts = parse_netstat(
      "TcpExt: SyncookiesSent TCPRcvCollapsed Other TCPBacklogCoalesce\nTcpExt: 1 22 -3 44\n"
      "IpExt: InNoRoutes TCPToZeroWindowAdv\nIpExt: 0 7\n");
  EXPECT_EQ(facts.collapsed, 22);
  EXPECT_EQ(facts.backlog_coalesced, 44);
  EXPECT_FALSE(facts.zero_windows.has_value()) << "it stands in another table";
}

TEST(Netstat, SaysNothingOfWhatItLacks) {
  EXPECT_FALSE(parse_netstat("").collapsed.has_value());
  EXPECT_FALSE(parse_netstat("TcpExt: TCPRcvCollapsed\n").collapsed.has_value());
  EXPECT_FALSE(parse_netstat("TcpExt: TCPRcvCollapsed\nTcpExt: x\n").collapsed.has_value());
}

TEST(Netstat, IsPassedOverWhereAValueIsNoNumber) {
  const NetFacts facts = parse_netstat(
      "TcpExt: TCPRcvCollapsed TCPBacklogCoalesce TCPToZeroWindowAdv\n"
      "TcpExt: 7x 8 9");
  EXPECT_FALSE(facts.collapsed.has_value());
  EXPECT_EQ(facts.backlog_coalesced, 8);
  EXPECT_EQ(facts.zero_windows, 9) << "the last word of a text without an end of line";
}

TEST(Netstat, CountsWhatCameInBetweenWhereBothAreKnown) {
  const NetFacts between = NetFacts{10, 5, {}} - NetFacts{4, {}, 1};
  EXPECT_EQ(between.collapsed, 6);
  EXPECT_FALSE(between.zero_windows.has_value());
  EXPECT_FALSE(between.backlog_coalesced.has_value());
}

TEST(Netstat, OfThisMachineHasAllThatASampleTells) {
  if (!std::filesystem::exists("/proc/self/net/netstat")) GTEST_SKIP() << "it has none";
  const NetFacts facts = NetCounters().read();
  for (const NetCount& field : kNetCounts) {
    ASSERT_TRUE((facts.*field.value).has_value()) << field.kernel;
    EXPECT_GE(*(facts.*field.value), 0) << field.kernel;
  }
}

/// Does `things` where opening the file says `error`.
void without(const std::string& file, int error, const std::function<void()>& things) {
  testing::while_watched(
      {SYS_openat},
      [&](const seccomp_notif& call) {
        return file == reinterpret_cast<const char*>(call.data.args[1]) ? error : 0;
      },
      things);
}

TEST(SystemClock, KnowsNothingWhereThereIsNoFileAndFailsWhereThereAreNoDescriptors) {
  for (const int error : {EMFILE, ENFILE})
    without("/proc/stat", error, [] { EXPECT_THROW(SystemClock(), std::system_error); });
  for (const int error : {ENOENT, EACCES}) {
    without("/proc/stat", error, [] {
      const SystemClock clock;
      CpuTimes per_cpu;
      EXPECT_FALSE(clock.read(per_cpu).known);
      EXPECT_TRUE(std::none_of(per_cpu.begin(), per_cpu.end(),
                               [](const auto& one) { return one.has_value(); }));
    });
  }
}

TEST(Netstat, IsUnknownWhereThereIsNoFile) {
  without("/proc/self/net/netstat", ENOENT, [] {
    const NetFacts facts = NetCounters().read();
    for (const NetCount& field : kNetCounts) EXPECT_FALSE((facts.*field.value).has_value());
  });
}

TEST(SystemClock, SeesNoMoreThanAllCpusBusyAllTheTime) {
  const SystemClock clock;
  const double begin = monotonic_seconds();
  const SystemTimes before = clock.read();
  std::this_thread::sleep_for(std::chrono::milliseconds(100));
  const SystemTimes used = clock.read() - before;
  const double passed = monotonic_seconds() - begin;
  const double cpus = static_cast<double>(::sysconf(_SC_NPROCESSORS_ONLN));
  EXPECT_TRUE(used.known);
  // Idle and iowait come in steps of 10 ms each.
  EXPECT_LE(used.busy, cpus * passed + 0.04);
  for (const double part : {used.softirq, used.steal}) {
    EXPECT_GE(part, -0.04);
    EXPECT_LE(part, cpus * passed + 0.04);
  }
}

TEST(SystemClock, SeesABusyCpu) {
  const SystemClock clock;
  const SystemTimes before = clock.read();
  const double own_before = cpu_used().user + cpu_used().system;
  while (cpu_used().user + cpu_used().system < own_before + 0.2) {
  }
  // idle, iowait and steal, which are taken away, come in steps of 10 ms each, at both ends.
  EXPECT_GE(clock.read().busy - before.busy, 0.2 - 0.06);
}

}  // namespace
}  // namespace splicebench
