#include "harness/ping/hosted_ping.h"

#include <utility>

#include "harness/wire/control.h"

namespace splicebench {

HostedPing::HostedPing(HostSet& hosts, const SocketSettings& sockets, bool relayed, double seconds)
    : hosts_(hosts) {
  const Token token = random_token();
  for (const RoleInfo& info : kRoles) {
    StartPlan& plan = plans_[info.role];
    plan.token = token;
    plan.sockets = sockets;
    plan.seconds = seconds;
  }
  StartPlan& client = plans_[Role::writer];
  StartPlan& relay = plans_[Role::relay];
  StartPlan& server = plans_[Role::reader];
  client.part = Part::pinger;
  relay.part = Part::two_way_relay;
  relay.nonblocking = true;  // as in a relay that has others to serve
  server.part = Part::echo;
  const ListenReply to_server = listen(Role::reader, sockets);
  server.coming.push_back({to_server.listener, {{0, kDataFd}}});
  if (!relayed) {
    client.going.push_back({to_server.address, {{0, kDataFd}}});
    return;
  }
  const ListenReply to_relay = listen(Role::relay, sockets);
  client.going.push_back({to_relay.address, {{0, kDataFd}}});
  relay.coming.push_back({to_relay.listener, {{0, kSourceFd}}});
  relay.going.push_back({to_server.address, {{0, kSinkFd}}});
}

HostedPing::~HostedPing() {
  for (const RoleInfo& info : kRoles) {
    if (listeners_[info.role] != 0) hosts_.at(info.role).forget(listeners_[info.role]);
  }
}

ListenReply HostedPing::listen(Role role, const SocketSettings& sockets) {
  const Address any_port = address_of(hosts_.address(role), 0, "--addr");
  const ListenReply reply = hosts_.at(role).listen({any_port, sockets, 1});
  listeners_[role] = reply.listener;
  return reply;
}

void HostedPing::start(Role role, const char* name, Fd control, Members& members) {
  std::vector<ControlEnd> controls;
  controls.push_back({std::move(control), kControlFd});
  members.add(name, hosts_.at(role).start(plans_[role], std::move(controls), strangers_));
}

}  // namespace splicebench
