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

  /// By role. Throws SampleFailed and Interrupted.
  std::vector<HostFacts> facts();

  /// Starts agents anew that have ended. Throws std::runtime_error, which says why, when that takes
  /// longer than the timeout, and Interrupted.
  void revive();

 private:
  void start(const std::string& place, double deadline);
  std::string candidate(Role role);
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
