#pragma once

#include <optional>

#include "harness/machine/counters.h"
#include "harness/wire/control.h"

namespace splicebench {

/// What a peer that has a host of its own tells of it, beside its transfer.
class HostClock {
 public:
  explicit HostClock(const PeerTask& task) : task_(task) {
    if (task.apart) clock_.emplace();
  }

  /// A transfer begins.
  void begin();
  /// It is over: fills in what `report` says of clock and host.
  void end(PeerReport& report) const;

 private:
  PeerTask task_;
  std::optional<SystemClock> clock_;  ///< where it is apart
  double started_ = 0;
  SystemTimes machine_{};
  CpuTimes cpus_{};
};

}  // namespace splicebench
