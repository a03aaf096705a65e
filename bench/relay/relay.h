#pragma once

// One sample in the relay process: runs the engine between the writer and the reader and times it.

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "bench/relay/mover.h"
#include "harness/engine/engine.h"
#include "harness/machine/counters.h"
#include "harness/machine/net_counters.h"
#include "harness/system/process_tree.h"
#include "harness/wire/control.h"
#include "results/files/fd.h"

namespace splicebench {

class Relay {
 public:
  /// Prepares both peers on the first connection and, unless somebody else's relay moves the
  /// bytes, engines; takes over this side of the connections. Throws std::exception with one
  /// sentence.
  explicit Relay(const RelayTask& task);
  Relay(const Relay&) = delete;
  Relay& operator=(const Relay&) = delete;

  RelayReady ready() const;

  /// Warm-up, then the timed transfer. What goes wrong stands in the report's error.
  RelayReport run();

 private:
  /// Untimed transfers until two in a row are alike, within the task's bound. Returns as move().
  std::string warm_up(RelayReport& report);
  /// Both peers and the engine move `bytes`; the reports are those of this transfer. With `timed`,
  /// the figures are filled in. Returns what went wrong; empty when all saw the same bytes.
  std::string move(std::uint64_t bytes, bool timed, RelayReport& report);
  std::string time(const Transfer& transfer, RelayReport& report, Outcome& outcome);
  /// Of this process, or of somebody else's relay.
  TreeUsage usage_so_far() const;
  /// But what the peers know; of somebody else's relay, whose sockets are not here, little.
  Facts facts_so_far() const;
  Facts facts_since(const Facts& earlier) const;
  /// Of the CPUs of the placement: each, and all together in the place of the whole machine.
  void count_cpus(RelayReport& report, const CpuTimes& earlier, const CpuTimes& later) const;
  /// All that is inside the clock: peers released, bytes moved, last byte confirmed.
  std::string relay_bytes(const Transfer& transfer, RelayReport& report, Outcome& outcome);
  /// Of many flows, after the clock: what their peers and the engines tell beside.
  std::string take_flows(RelayReport& report) const;
  bool has_many() const { return task_.flows > 1; }

  RelayTask task_;
  std::vector<Fd> own_;
  // Of them, by flow; empty: the bytes go past this process.
  std::vector<int> sources_;
  std::vector<int> sinks_;
  std::unique_ptr<Mover> mover_;  ///< none: somebody else's relay stands in between
  bool counts_calls_ = false;
  bool relays_ = true;  ///< else the writer is connected to the reader
  bool has_writer_;
  bool has_reader_;
  std::optional<double> control_round_trip_;
  SystemClock system_clock_;
  HardwareCounters hardware_;
  NetCounters net_counters_;
};

}  // namespace splicebench
