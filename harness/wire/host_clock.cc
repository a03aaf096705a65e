#include "harness/wire/host_clock.h"

#include "harness/system/process.h"

namespace splicebench {

void HostClock::begin() {
  if (clock_) machine_ = clock_->read(cpus_);
  started_ = monotonic_seconds();
}

void HostClock::end(PeerReport& report) const {
  report.started = started_;
  report.apart = task_.apart;
  if (!clock_) return;
  CpuTimes cpus;
  const SystemTimes machine = clock_->read(cpus) - machine_;
  if (!machine.known) return;
  // Left to the scheduler: all of them.
  report.host = CPU_COUNT(&task_.cpus) == 0 ? machine : used_by(task_.cpus, cpus_, cpus);
}

}  // namespace splicebench
