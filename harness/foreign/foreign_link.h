#pragma once

// Somebody else's relay in the place of ours between a writer's and a reader's end.

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "harness/engine/path.h"
#include "harness/foreign/foreign_relay.h"

namespace splicebench {

/// A relay started afresh, with the connections of a sample through it. Fresh for every sample: as
/// the engines' process is, and so that no sample inherits a relay that the one before has damaged.
class ForeignLink {
 public:
  /// `plan.connect` is filled in here. Waits until both ends of each connection are there, or
  /// `deadline` (seconds of CLOCK_MONOTONIC). Throws as ForeignRelay.
  ForeignLink(ForeignRelayPlan plan, double deadline);

  /// The ends of the writer and of the reader, by flow; there are no others.
  std::vector<PathEnds> take_flows() { return std::move(flows_); }
  /// Of the only flow.
  PathEnds take_ends() { return std::move(flows_.front()); }
  ForeignRelay& relay() { return *relay_; }

  /// Of the relay's TCP connections: congestion_below().
  std::string congestion() const;
  /// Bytes by which the memory of the relay's own grew from the first connection through it to its
  /// peak: that of all its processes which is no file's. None: there is no /proc to tell.
  std::optional<std::int64_t> memory_growth() const;

 private:
  std::unique_ptr<Listener> target_;
  std::optional<ForeignRelay> relay_;
  std::vector<PathEnds> flows_;
  std::optional<std::int64_t> memory_before_;
};

/// Through a relay of its own, one connection: the writer's end of stream must reach the reader
/// behind its bytes, and the reader's late answer the writer. Throws SampleFailed that says what
/// did not.
void require_half_close(ForeignRelayPlan plan, double deadline);

}  // namespace splicebench
