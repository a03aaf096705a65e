#pragma once

// Round trips as values, beside the throughput of model.h and apart from it. Base units: seconds,
// bytes.

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "results/model/case_id.h"
#include "results/model/histogram.h"

namespace splicebench {

// Modes that are none: server and client without a relay between them.
inline constexpr const char* kFloor = "floor";  ///< wherever the scheduler puts them
inline constexpr const char* kFloorSameCpu = "floor:same-cpu";  ///< both on one CPU
inline constexpr const char* kFloorTwoCpus = "floor:two-cpus";  ///< on a CPU each

/// What one process used while a block was measured.
struct ProcessUse {
  double cpu = 0;  ///< seconds, user and system; of all its threads
  // Absent where a thread ended and took its count with it.
  std::optional<std::int64_t> voluntary;    ///< context switches: it waited
  std::optional<std::int64_t> involuntary;  ///< it was made to wait
};

/// Round trips one after another on one connection: one mode's part of a round.
struct PingBlock {
  std::int64_t round = 0;     ///< 0-based
  std::int64_t sequence = 0;  ///< position in the order of the whole run, 0-based
  double start = 0;           ///< seconds from the start of the run to the first send
  double seconds =
      0;            ///< from the first send to the last reply; by a schedule, its periods at least
  Histogram times;  ///< of every round trip; warm-up left out. By a schedule response times: from
                    ///< the intended send, so that the client's own timer and waiting for the
                    ///< reply before are in them
  std::optional<Histogram> service;  ///< by a schedule: the same from the send itself
  ProcessUse client;
  std::optional<ProcessUse> server;  ///< absent where it runs elsewhere
  std::optional<ProcessUse> relay;   ///< absent where there is none, or it runs elsewhere
  double overhead_seconds = 0;       ///< processes, connections, warm-up
  std::string error;  ///< empty; else one sentence why there are no figures, and none above counts

  std::int64_t round_trips() const { return static_cast<std::int64_t>(times.count()); }
};

struct PingCase {
  CaseId id;  ///< chunk: bytes of a message, of which as many come back
  /// Wakeups of a round trip that go to another CPU than the waker's, by the placement; absent
  /// where the scheduler decides.
  std::optional<std::int64_t> cross_wakeups;
  std::string floor;  ///< the floor whose ends lie as this mode's do; empty: none was measured
  std::map<std::string, std::int64_t> granted;  ///< as CaseResult's
  std::vector<PingBlock> blocks;                ///< in run order; those with an error among them
  std::string relay_congestion{};               ///< as CaseResult's
};

/// Beside RunOptions, of which paths, chunks (sizes), modes (floors among them), rounds, seed,
/// placement, timeout and link hold for a ping, too.
struct PingOptions {
  std::int64_t count = 10000;  ///< round trips of each case over all rounds; 0: until interrupted
  double rate = 0;             ///< intended sends per second; 0: each as soon as the last is back
  friend bool operator==(const PingOptions&, const PingOptions&) = default;
};

struct PingRun {
  PingOptions options;
  std::vector<PingCase> cases;  ///< by size, then mode
};

}  // namespace splicebench
