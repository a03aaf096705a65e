#include "harness/machine/counters.h"

#include <gtest/gtest.h>

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
