#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "harness/hosts/remote_host.h"
#include "harness/system/programs.h"
#include "results/model/hosts/hosts.h"

namespace splicebench {

/// The hosts of a run, one for each place; roles of one place share it.
class HostSet {
 public:
  /// Starts the agents, each of which must be there within `timeout` seconds. Throws UsageError
  /// that names the host that is not, and Interrupted.
  HostSet(const HostOptions& options, const Programs& programs, double timeout);

  const std::string& place(Role role) const { return places_[role]; }
  RemoteHost& at(Role role) { return *hosts_.at(places_[role]); }
  /// Of its data connections: as asked for, as ssh reached it, or on the way to the others.
  const std::string& address(Role role) const { return addresses_[role]; }
  /// That an agent may use there, ascending.
  const std::vector<int>& cpus(Role role) const { return cpus_[role]; }
  /// On another host than the relay.
  bool apart(Role role) const { return places_[role] != places_[Role::relay]; }

  // Throw SampleFailed that names the host, and Interrupted.

  /// By role.
  std::vector<HostFacts> facts();
  /// On the address of `role` and a port of the kernel's choice there.
  std::unique_ptr<RemoteHost::Listener> listen(Role role, const SocketSettings& sockets,
                                               std::size_t connections);
  /// What the relay's host is asked for to start `relay`, or to try it.
  struct RelayWish {
    RelayCommand relay;
    cpu_set_t cpus{};  ///< empty: anywhere
    std::int64_t flows = 1;
    std::int64_t threads = 1;
    double seconds = 0;  ///< RelayRequest::seconds
  };
  /// On the address of the relay, so that it connects to `target`.
  std::unique_ptr<RemoteHost::Relay> start_relay(const RelayWish& wish, const Address& target);
  void try_half_close(const RelayWish& wish);
  /// Seconds that a message takes from the relay's host through the runner to the reader's, and its
  /// answer back, measured now.
  double control_round_trip();

  /// Starts agents anew that have ended. Throws std::runtime_error, which says why, when that takes
  /// longer than the timeout, and Interrupted.
  void revive();

 private:
  void start(const std::string& place, double deadline);
  std::string candidate(Role role);
  Address own_address(Role role) const;  ///< any port
  RelayRequest request_of(const RelayWish& wish) const;
  void find_addresses();

  HostOptions options_;
  AgentPrograms programs_;
  double timeout_;
  PerRole<std::string> places_;
  std::map<std::string, std::unique_ptr<RemoteHost>> hosts_;  ///< by place
  PerRole<std::string> addresses_;
  PerRole<std::vector<int>> cpus_;
};

}  // namespace splicebench
