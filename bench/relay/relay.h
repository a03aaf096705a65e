#pragma once

// The relay process of a sample: runs the engine between the writer and the reader and times it.

#include <memory>
#include <string>

#include "harness/engine/engine.h"
#include "harness/machine/counters.h"
#include "harness/system/process_tree.h"
#include "harness/wire/control.h"

namespace splicebench {

class Relay {
 public:
  /// Prepares both peers and, unless somebody else's relay moves the bytes, the engine. Throws
  /// std::exception with one sentence.
  explicit Relay(const RelayTask& task);

  RelayReady ready() const;

  /// Warm-up, then the timed transfer. What goes wrong stands in the report's error.
  RelayReport run();

 private:
  /// Both peers and the engine move `bytes`; the reports are those of this transfer. With `timed`,
  /// the figures are filled in. Returns what went wrong; empty when all saw the same bytes.
  std::string move(std::uint64_t bytes, bool timed, RelayReport& report);
  std::string time(const Transfer& transfer, RelayReport& report, Outcome& outcome);
  /// Of this process, or of somebody else's relay.
  TreeUsage usage_so_far() const;
  /// All that is inside the clock: peers released, bytes moved, last byte confirmed.
  std::string relay_bytes(const Transfer& transfer, RelayReport& report, Outcome& outcome);

  RelayTask task_;
  std::unique_ptr<Engine> engine_;  ///< none: somebody else's relay stands in between
  bool counts_calls_ = false;
  bool has_writer_;
  bool has_reader_;
  SystemClock system_clock_;
  HardwareCounters hardware_;
};

}  // namespace splicebench
