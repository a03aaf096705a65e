#include "harness/machine/counters.h"

#include <gtest/gtest.h>

#include "harness/machine/net_counters.h"
#include "harness/machine/placement.h"
#include "harness/system/process.h"

namespace splicebench {
namespace {

TEST(ProcStat, AddsIdleAndIowaitAndIrqAndSoftirq) {
  const ProcStat stat =
      parse_proc_stat("cpu  100 2 300 4000 50 6 70 8 0 0\ncpu0 1 2 3 4 5 6 7 8\n", 100).value();
  EXPECT_DOUBLE_EQ(stat.idle, 40.5);
  EXPECT_DOUBLE_EQ(stat.softirq, 0.76);
  EXPECT_DOUBLE_EQ(stat.steal, 0.08);
}

TEST(ProcStat, IsNotFoundInOtherText) {
  EXPECT_FALSE(parse_proc_stat("", 100).has_value());
  EXPECT_FALSE(parse_proc_stat("cpu 1 2 3", 100).has_value());
}

TEST(ProcStat, TellsTheCpusApart) {
  const CpuTimes times = parse_cpus(
      "cpu  9 9 9 900 9 9 9 9 0 0\ncpu0 1 2 3 400 50 6 7 8 0 0\ncpu3 1 2 3 100 0 6 7 0 0 0\nintr "
      "5 1 2 3 4 5 6 7 8\n",
      100, 20);
  EXPECT_DOUBLE_EQ(times.busy[0].value(), 20 - 4.58);
  EXPECT_FALSE(times.busy[1].has_value());
  EXPECT_DOUBLE_EQ(times.busy[3].value(), 19);
}

TEST(SystemClock, TellsWhichCpuIsBusy) {
  const std::vector<int> cpus = allowed_cpus();
  if (cpus.front() >= 64) GTEST_SKIP() << "no CPU here has a number that is told apart";
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
  EXPECT_GE(after.busy[cpu].value() - before.busy[cpu].value(), 0.2 - 0.06);
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
