#pragma once

// Somebody else's relay in the place of ours between a writer's and a reader's end.

#include <memory>
#include <optional>

#include "harness/engine/path.h"
#include "harness/foreign/foreign_relay.h"

namespace splicebench {

/// A relay started afresh, with one connection through it. Fresh for every sample: as the engines'
/// process is, and so that no sample inherits a relay that the one before has damaged.
class ForeignLink {
 public:
  /// `plan.connect` is filled in here. Waits until both ends are there, or `deadline` (seconds of
  /// CLOCK_MONOTONIC). Throws as ForeignRelay.
  ForeignLink(ForeignRelayPlan plan, double deadline);

  /// The ends of the writer and of the reader; there are no others.
  PathEnds take_ends() { return std::move(ends_); }
  ForeignRelay& relay() { return *relay_; }

  /// Of the relay's TCP connections to the ends, before these are taken: "bbr"; "bbr, cubic" where
  /// the two differ. Empty where it cannot be told, see other_end.h.
  std::string congestion() const;

 private:
  std::unique_ptr<Listener> target_;
  std::optional<ForeignRelay> relay_;
  PathEnds ends_;
};

/// Through a relay of its own: the writer's end of stream must reach the reader behind its bytes,
/// and the reader's late answer the writer. Throws SampleFailed that says what did not.
void require_half_close(const ForeignRelayPlan& plan, double deadline);

}  // namespace splicebench
