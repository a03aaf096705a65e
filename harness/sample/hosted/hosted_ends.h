#pragma once

#include <memory>
#include <vector>

#include "harness/hosts/hosts.h"
#include "harness/sample/cast.h"
#include "harness/sample/sample.h"

namespace splicebench {

/// A cast over `setting.hosts` for connections of `kinds` that are made with the processes; but for
/// those that are `held` here, as cast_plan() has them.
CastPlan plan_over(const SampleSetting& setting, const PathKinds& kinds,
                   const std::vector<PathEnds>& held);

/// The TCP connections of a visit whose processes are on hosts: listeners there, and who connects
/// to whom, by their number in the visit.
class HostedEnds {
 public:
  /// Over `setting.hosts`.
  explicit HostedEnds(const SampleSetting& setting) : setting_(setting) {}

  /// Connections for a sample of `plan`, all of which are of one path.
  void add(const SamplePlan& plan);

  /// Listens for all that were added; `held` are the ends that are no TCP. Throws as Hosts.
  CastPlan listen(const PathKinds& kinds, const std::vector<PathEnds>& held);

 private:
  const SampleSetting& setting_;
  // Null: nobody comes there.
  std::unique_ptr<HostListener> to_relay_;
  std::unique_ptr<HostListener> to_reader_;
  // Who comes to the relay, whom it connects to the reader, and who comes to the reader past it.
  std::vector<std::uint32_t> sources_;
  std::vector<std::uint32_t> sinks_;
  std::vector<std::uint32_t> direct_;
  std::uint32_t next_ = 0;
};

}  // namespace splicebench
