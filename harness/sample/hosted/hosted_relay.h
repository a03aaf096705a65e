#pragma once

#include <memory>

#include "harness/hosts/host_set.h"
#include "harness/sample/cast.h"
#include "harness/sample/sample.h"

namespace splicebench {

/// Somebody else's relay on the relay's host, started afresh for a sample as ForeignLink's, and
/// the ends of its connections at the writer's and the reader's. The token of a connection goes
/// through it: the reader takes no other.
class HostedRelay {
 public:
  /// Over `setting.hosts`. Throws SampleFailed and Interrupted.
  HostedRelay(const SamplePlan& plan, const SampleSetting& setting);
  ~HostedRelay();
  HostedRelay(const HostedRelay&) = delete;
  HostedRelay& operator=(const HostedRelay&) = delete;

  /// Its processes on its host: RelayTask::foreign.
  pid_t root() const { return relay_->root(); }
  const CastPlan& cast() const { return cast_; }
  std::string how_it_ended() { return relay_->how_it_ended(); }

 private:
  RemoteHost& reader_;
  std::uint32_t listener_ = 0;
  std::unique_ptr<RemoteHost::Relay> relay_;
  CastPlan cast_;
};

/// What a host is asked for to start `relay` so that it connects to `target`, for so many
/// connections and with so many threads.
RelayRequest relay_request(const RelayCommand& relay, const SampleSetting& setting,
                           const Address& target, std::int64_t flows, std::int64_t threads);

}  // namespace splicebench
