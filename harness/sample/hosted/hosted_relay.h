#pragma once

#include <memory>

#include "harness/hosts/hosts.h"
#include "harness/sample/cast.h"
#include "harness/sample/sample.h"

namespace splicebench {

/// Somebody else's relay on the relay's host, started afresh for a sample as ForeignLink's, and
/// the ends of its connections at the writer's and the reader's. The token of a connection goes
/// through it: the reader takes no other.
class HostedRelay {
 public:
  /// Over `setting.hosts`. Throws as Hosts.
  HostedRelay(const SamplePlan& plan, const SampleSetting& setting);

  const CastPlan& cast() const { return cast_; }
  HostRelay& relay() { return *relay_; }

 private:
  std::unique_ptr<HostListener> to_reader_;
  std::unique_ptr<HostRelay> relay_;
  CastPlan cast_;
};

/// The relay of `plan` as a sample has it.
RelayWish wish_of(const SamplePlan& plan, const SampleSetting& setting);

}  // namespace splicebench
