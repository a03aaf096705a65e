#include "harness/machine/counters.h"

#include <fcntl.h>
#include <linux/perf_event.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>

#include "harness/system/process.h"
#include "harness/system/sys.h"

namespace splicebench {

SystemClock::SystemClock()
    : stat_(::open("/proc/stat", O_RDONLY | O_CLOEXEC)),
      ticks_(static_cast<double>(::sysconf(_SC_CLK_TCK))),
      cpus_(static_cast<double>(::sysconf(_SC_NPROCESSORS_ONLN))) {
  // No descriptor left is a lack of this process, not of the machine.
  if (!stat_ && (errno == EMFILE || errno == ENFILE)) throw_errno("open", "/proc/stat");
}

SystemTimes SystemClock::read() const {
  CpuTimes per_cpu;
  return read(per_cpu);
}

SystemTimes SystemClock::read(CpuTimes& per_cpu) const {
  std::array<char, 16384> text{};
  if (::pread(stat_.get(), text.data(), text.size() - 1, 0) <= 0) return {.known = false};
  const double now = monotonic_seconds();
  per_cpu = parse_cpus(text.data(), ticks_, now);
  return parse_machine(text.data(), ticks_, cpus_, now);
}

CpuTimes parse_cpus(const char* text, double ticks, double now) {
  CpuTimes times;
  for (const char* line = std::strstr(text, "\ncpu"); line != nullptr;
       line = std::strstr(line + 1, "\ncpu")) {
    // cpuN user nice system idle iowait irq softirq steal ...
    std::size_t cpu = 0;
    std::array<unsigned long long, 5> t{};
    if (std::sscanf(line, "\ncpu%zu %*u %*u %*u %llu %llu %llu %llu %llu", &cpu, &t[0], &t[1],
                    &t[2], &t[3], &t[4]) == 6 &&
        cpu < times.size()) {
      times[cpu] =
          SystemTimes{now - static_cast<double>(t[0] + t[1] + t[4]) / ticks,
                      static_cast<double>(t[2] + t[3]) / ticks, static_cast<double>(t[4]) / ticks};
    }
  }
  return times;
}

std::optional<SystemTimes> used_by(const cpu_set_t& cpus, const CpuTimes& earlier,
                                   const CpuTimes& later) {
  SystemTimes sum;
  for (std::size_t cpu = 0; cpu < CPU_SETSIZE; ++cpu) {
    if (!CPU_ISSET(cpu, &cpus)) continue;
    if (cpu >= earlier.size() || !earlier[cpu] || !later[cpu]) return std::nullopt;
    const SystemTimes one = *later[cpu] - *earlier[cpu];
    sum.busy += one.busy;
    sum.softirq += one.softirq;
    sum.steal += one.steal;
  }
  return sum;
}

SystemTimes parse_machine(const char* text, double ticks, double cpus, double now) {
  // cpu user nice system idle iowait irq softirq steal ...
  std::array<unsigned long long, 5> t{};
  if (std::sscanf(text, "cpu %*u %*u %*u %llu %llu %llu %llu %llu", &t[0], &t[1], &t[2], &t[3],
                  &t[4]) != 5) {
    return {.known = false};
  }
  return {cpus * now - static_cast<double>(t[0] + t[1] + t[4]) / ticks,
          static_cast<double>(t[2] + t[3]) / ticks, static_cast<double>(t[4]) / ticks};
}

PerfCounter::PerfCounter(std::uint32_t type, std::uint64_t what) {
  perf_event_attr attributes{};
  attributes.size = sizeof attributes;
  attributes.type = type;
  attributes.config = what;
  attributes.inherit = 1;
  counter_ = Fd(static_cast<int>(
      ::syscall(SYS_perf_event_open, &attributes, 0, -1, -1, PERF_FLAG_FD_CLOEXEC)));
}

std::optional<std::int64_t> PerfCounter::read() const {
  std::uint64_t value = 0;
  if (!counter_ || ::read(counter_.get(), &value, sizeof value) != sizeof value)
    return std::nullopt;
  return static_cast<std::int64_t>(value);
}

HardwareCounters::HardwareCounters()
    : instructions_(PERF_TYPE_HARDWARE, PERF_COUNT_HW_INSTRUCTIONS),
      cycles_(PERF_TYPE_HARDWARE, PERF_COUNT_HW_CPU_CYCLES) {}

HardwareCounters::Values HardwareCounters::read() const {
  return {instructions_.read(), cycles_.read()};
}

}  // namespace splicebench
