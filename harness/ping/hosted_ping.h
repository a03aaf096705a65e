#pragma once

#include <memory>
#include <optional>

#include "harness/hosts/host_set.h"
#include "harness/system/members.h"

namespace splicebench {

/// The processes of a block that are on several hosts, and their connections: client to relay and
/// relay to server, or client to server.
class HostedPing {
 public:
  /// What is between client and server: nothing, a relay of ours, or `foreign`.
  struct Plan {
    SocketSettings sockets{};
    bool relayed = false;  ///< by ours
    std::optional<HostSet::RelayWish> foreign{};
    double seconds = 0;  ///< in which all must be there
  };

  /// Listens where connections come to, and starts a relay of somebody else. Throws SampleFailed
  /// and Interrupted.
  HostedPing(HostSet& hosts, const Plan& plan);

  /// Starts the process of `role` as `name` with `control` among `members`: the client first, whose
  /// connection is on its way when the next one takes it, then the relay, then the server. Throws
  /// as the constructor.
  void start(Role role, const char* name, Fd control, Members& members);

  /// Somebody else's; null: there is none.
  RemoteHost::Relay* relay() { return foreign_.get(); }
  std::int64_t strangers() const { return strangers_; }

 private:
  HostSet& hosts_;
  std::unique_ptr<RemoteHost::Listener> to_server_;
  std::unique_ptr<RemoteHost::Listener> to_relay_;  ///< null: to none of ours
  std::unique_ptr<RemoteHost::Relay> foreign_;
  PerRole<StartPlan> plans_;
  std::int64_t strangers_ = 0;
};

}  // namespace splicebench
