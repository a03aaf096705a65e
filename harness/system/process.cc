#include "harness/system/process.h"

#include <sys/prctl.h>
#include <sys/resource.h>

#include <csignal>
#include <ctime>

#include "harness/system/sys.h"

namespace splicebench {

namespace {

double seconds_of(const timeval& time) {
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) * 1e-6;
}

}  // namespace

void survive_failed_writes() {
  ::signal(SIGPIPE, SIG_IGN);
  ::signal(SIGXFSZ, SIG_IGN);
}

void mind_own_signals() {
  ::signal(SIGCHLD, SIG_DFL);
  ::signal(SIGXFSZ, SIG_IGN);
}

void become_child() {
  // A parent that died before this line is noticed by end of stream on the control socket.
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  survive_failed_writes();
}

void run_on(const cpu_set_t& cpus) {
  if (CPU_COUNT(&cpus) == 0) return;
  check(::sched_setaffinity(0, sizeof cpus, &cpus), "sched_setaffinity of", "this process");
}

CpuTime cpu_used() {
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  return {seconds_of(usage.ru_utime), seconds_of(usage.ru_stime)};
}

double monotonic_seconds() {
  timespec now{};
  ::clock_gettime(CLOCK_MONOTONIC, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

}  // namespace splicebench
