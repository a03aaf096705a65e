#pragma once

#include <memory>
#include <optional>

#include "harness/hosts/hosts.h"
#include "harness/system/members.h"

namespace splicebench {

/// The processes of a block that are each on its host, and their connections: client to relay and
/// relay to server, or client to server.
class HostedPing {
 public:
  /// What is between client and server: nothing, a relay of ours, or `foreign`.
  struct Plan {
    SocketSettings sockets{};
    bool relayed = false;  ///< by ours
    std::optional<RelayWish> foreign{};
    double seconds = 0;  ///< in which all must be there
  };

  /// Listens where connections come to, and starts a relay of somebody else. Throws SampleFailed
  /// and Interrupted.
  HostedPing(Hosts& hosts, const Plan& plan);

  /// Starts the process of `role` as `name` with `control` among `members`: the client first, whose
  /// connection is on its way when the next one takes it, then the relay, then the server. Throws
  /// as the constructor.
  void start(Role role, const char* name, Fd control, Members& members);

  /// Somebody else's; null: there is none.
  HostRelay* relay() { return foreign_.get(); }
  std::int64_t strangers() const { return strangers_; }

 private:
  Hosts& hosts_;
  std::unique_ptr<HostListener> to_server_;
  std::unique_ptr<HostListener> to_relay_;  ///< null: to none of ours
  std::unique_ptr<HostRelay> foreign_;
  PerRole<StartPlan> plans_;
  std::int64_t strangers_ = 0;
};

}  // namespace splicebench
