#pragma once

#include <memory>
#include <vector>

#include "harness/hosts/host_set.h"
#include "harness/sample/cast.h"
#include "harness/sample/sample.h"

namespace splicebench {

/// A cast over `hosts` that has no connections yet, but a token for them.
CastPlan plan_over(HostSet& hosts, const SampleSetting& setting);

/// The data connections of a visit whose processes are on several hosts: listeners there, and who
/// connects to whom, by their number in the visit.
class HostedEnds {
 public:
  /// Over `setting.hosts`.
  explicit HostedEnds(const SampleSetting& setting) : setting_(setting) {}

  /// Connections for a sample of `plan`, which is of TCP alone.
  void add(const SamplePlan& plan);

  /// Listens for all that were added. Throws SampleFailed and Interrupted.
  CastPlan listen();

 private:
  const SampleSetting& setting_;
  // Null: nobody comes there.
  std::unique_ptr<RemoteHost::Listener> to_relay_;
  std::unique_ptr<RemoteHost::Listener> to_reader_;
  // Who comes to the relay and goes on to the reader, and who comes to the reader past it.
  std::vector<std::uint32_t> relayed_;
  std::vector<std::uint32_t> direct_;
  std::uint32_t next_ = 0;
};

}  // namespace splicebench
