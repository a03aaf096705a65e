#pragma once

// What the runner says to the processes of a ping over their control sockets (control.h says how):
//
//   runner -> server  PeerTask     chunk: bytes of its buffer
//   server -> runner  PeerReady
//   runner -> relay   TwoWayTask
//   relay  -> runner  RelayReady
//   runner -> client  PingTask
//   client -> runner  PeerReady
//   runner -> client  PingGo       for the warm-up, then for the block
//   client -> runner  PingReport
//
// The server's and the relay's part is over then. The client ends when its control socket does, the
// relay passes its end of stream on, the server ends with it.

#include "harness/wire/control.h"
#include "results/model/histogram_buckets.h"

namespace splicebench {

struct TwoWayTask {
  std::array<char, 256> mode{};  ///< NUL-terminated
  cpu_set_t cpus{};              ///< to run on; empty: anywhere
};

struct PingTask {
  std::uint64_t size = 0;  ///< bytes of a message; as many come back
  std::uint64_t seed = 0;  ///< of the content
  cpu_set_t cpus{};
};

struct PingGo {
  std::uint64_t count = 0;  ///< round trips
  /// Nanoseconds from one intended send to the next; a time is measured from then, so that waiting
  /// for the reply before counts, and the client's own timer, too; and apart from the send itself.
  /// 0: each is sent, and measured from, when the one before is back.
  std::uint64_t interval = 0;
};

enum class PingFault : std::int32_t {
  none,
  error,        ///< errno stands in `error`
  ended,        ///< end of stream before the reply was whole
  wrong_bytes,  ///< a reply was not what had been sent
  surplus,      ///< more came back than was sent
};

struct PingReport {
  std::uint64_t round_trips = 0;  ///< whole and right ones
  double started = 0;             ///< CLOCK_MONOTONIC seconds
  double seconds =
      0;  ///< from the first send to the last reply; by a schedule, its periods at least
  std::uint64_t max = 0;  ///< nanoseconds
  PingFault fault = PingFault::none;
  std::int32_t error = 0;
  HistogramCounts counts{};  ///< nanoseconds of every round trip, from its intended send
  // The same from the send itself; by a schedule only.
  std::uint64_t service_max = 0;
  HistogramCounts service{};
};

}  // namespace splicebench
