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
class HostSet : public Hosts {
 public:
  /// Starts the agents, each of which must be there within `timeout` seconds, and answer within as
  /// many. Throws UsageError that names the host that is not, and Interrupted.
  HostSet(const HostOptions& options, const Programs& programs, double timeout);

  const std::string& place(Role role) const { return places_[role]; }
  RemoteHost& at(Role role) { return *hosts_.at(places_[role]); }
  Host& host(Role role) override { return at(role); }
  /// Of its data connections: as asked for, as ssh reached it, or on the way to the others.
  const std::string& address(Role role) const { return addresses_[role]; }
  /// That an agent may use there, ascending.
  const std::vector<int>& cpus(Role role) const { return cpus_[role]; }
  bool apart(Role role) const override { return places_[role] != places_[Role::relay]; }

  // Throw SampleFailed that names the host, and Interrupted.

  /// By role.
  std::vector<HostFacts> facts();
  std::unique_ptr<HostListener> listen(Role role, const SocketSettings& sockets,
                                       std::size_t connections) override;
  std::unique_ptr<HostRelay> start_relay(const RelayWish& wish, const Address& target) override;
  /// That it listens: what it connects to comes with a sample.
  void try_start(const RelayWish& wish) override;
  void try_half_close(const RelayWish& wish) override;
  /// Seconds that a message takes from the relay's host through the runner to the reader's, and its
  /// answer back, measured now.
  double control_round_trip();

  /// By place: the part of its CPUs' time that was not idle while nothing was done for `seconds`;
  /// of those that tell.
  std::map<std::string, double> busy_shares(double seconds);

  /// Agents that have ended. Throws when that takes longer than the timeout.
  void revive() override;

 private:
  void start(const std::string& place, double deadline);
  std::string candidate(Role role);
  Address own_address(Role role) const;  ///< any port
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
