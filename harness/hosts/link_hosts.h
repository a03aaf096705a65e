#pragma once

#include "harness/hosts/hosts.h"
#include "harness/hosts/local_host.h"
#include "harness/hosts/local_relays.h"
#include "harness/network/link.h"

namespace splicebench {

/// The namespaces of a link, each the host of its role. Each does what the agent of a host does, in
/// this process: so descriptors of files and unix sockets can be handed on, too, and no message
/// takes a way of its own.
class LinkHosts : public Hosts {
 public:
  /// `link` must outlive it.
  LinkHosts(const Link& link, Programs programs);
  LinkHosts(const LinkHosts&) = delete;
  LinkHosts& operator=(const LinkHosts&) = delete;

  Host& host(Role role) override { return *hosts_[role]; }
  bool apart(Role /*role*/) const override { return false; }
  std::unique_ptr<HostListener> listen(Role role, const SocketSettings& sockets,
                                       std::size_t connections) override;
  std::unique_ptr<HostRelay> start_relay(const RelayWish& wish, const Address& target) override;
  /// With connections through it, as many as flows.
  void try_start(const RelayWish& wish) override;
  void try_half_close(const RelayWish& wish) override;
  void revive() override {}

 private:
  class Listener;
  class Relay;

  Programs programs_;
  PerRole<Address> addresses_;  ///< of those that listen, any port
  PerRole<std::unique_ptr<LocalHost>> hosts_;
  LocalRelays relays_;
  std::uint32_t next_relay_ = 1;
};

}  // namespace splicebench
