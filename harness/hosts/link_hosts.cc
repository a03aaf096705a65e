#include "harness/hosts/link_hosts.h"

#include <utility>

namespace splicebench {

class LinkHosts::Listener : public HostListener {
 public:
  Listener(LocalHost& host, const ListenReply& reply) : HostListener(reply), host_(host) {}
  ~Listener() override { host_.forget(number()); }
  Listener(const Listener&) = delete;
  Listener& operator=(const Listener&) = delete;

 private:
  LocalHost& host_;
};

class LinkHosts::Relay : public HostRelay {
 public:
  Relay(LocalRelays& relays, std::uint32_t number, const RelayReply& reply)
      : HostRelay(reply), relays_(relays), number_(number) {}
  ~Relay() override { relays_.end(number_); }
  Relay(const Relay&) = delete;
  Relay& operator=(const Relay&) = delete;

  int ended() const override { return relays_.ended(number_); }
  TreeUsage usage() override { return usage_below(root()); }
  RelayFacts facts() override { return relays_.facts(number_); }
  std::string how_it_ended() override { return relays_.how_it_ended(number_); }

 private:
  LocalRelays& relays_;
  std::uint32_t number_;
};

LinkHosts::LinkHosts(const Link& link, Programs programs)
    : programs_(std::move(programs)), relays_(programs_.guard, link.relay()) {
  addresses_[Role::relay] = link.relay_address();
  addresses_[Role::reader] = link.reader_address();
  hosts_[Role::writer] = std::make_unique<LocalHost>(programs_, link.writer());
  hosts_[Role::relay] = std::make_unique<LocalHost>(programs_, link.relay());
  hosts_[Role::reader] = std::make_unique<LocalHost>(programs_, link.reader());
}

std::unique_ptr<HostListener> LinkHosts::listen(Role role, const SocketSettings& sockets,
                                                std::size_t connections) {
  ListenReply reply;
  reply.address = addresses_[role];
  reply.listener = hosts_[role]->listen(reply.address, sockets, connections);
  return std::make_unique<Listener>(*hosts_[role], reply);
}

std::unique_ptr<HostRelay> LinkHosts::start_relay(const RelayWish& wish, const Address& target) {
  const std::uint32_t number = next_relay_++;
  const RelayReply reply = relays_.start(number, {wish, addresses_[Role::relay], target});
  return std::make_unique<Relay>(relays_, number, reply);
}

void LinkHosts::try_start(const RelayWish& wish) {
  relays_.try_start({wish, addresses_[Role::relay]});
}

void LinkHosts::try_half_close(const RelayWish& wish) {
  relays_.try_half_close({wish, addresses_[Role::relay]});
}

}  // namespace splicebench
