#pragma once

#include "harness/hosts/host_set.h"
#include "harness/system/members.h"

namespace splicebench {

/// The processes of a block that are on several hosts, and their connections: client to relay and
/// relay to server, or client to server.
class HostedPing {
 public:
  /// Listens where connections come to. `seconds`: in which all must be there. Throws SampleFailed
  /// and Interrupted.
  HostedPing(HostSet& hosts, const SocketSettings& sockets, bool relayed, double seconds);
  ~HostedPing();
  HostedPing(const HostedPing&) = delete;
  HostedPing& operator=(const HostedPing&) = delete;

  /// Starts the process of `role` as `name` with `control` among `members`: the client first, whose
  /// connection is on its way when the next one takes it, then the relay, then the server. Throws
  /// as the constructor.
  void start(Role role, const char* name, Fd control, Members& members);

  std::int64_t strangers() const { return strangers_; }

 private:
  ListenReply listen(Role role, const SocketSettings& sockets);

  HostSet& hosts_;
  PerRole<std::uint32_t> listeners_{};  ///< 0: there is none
  PerRole<StartPlan> plans_;
  std::int64_t strangers_ = 0;
};

}  // namespace splicebench
