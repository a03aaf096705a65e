#include "harness/ping/hosted_ping.h"

#include <utility>

#include "harness/wire/control.h"

namespace splicebench {

HostedPing::HostedPing(Hosts& hosts, const Plan& plan)
    : hosts_(hosts), to_server_(hosts.listen(Role::reader, plan.sockets, 1)) {
  const Token token = random_token();
  for (const RoleInfo& info : kRoles) {
    StartPlan& start = plans_[info.role];
    start.token = token;
    start.sockets = plan.sockets;
    start.seconds = plan.seconds;
  }
  StartPlan& client = plans_[Role::writer];
  StartPlan& relay = plans_[Role::relay];
  StartPlan& server = plans_[Role::reader];
  client.part = Part::pinger;
  relay.part = Part::two_way_relay;
  relay.nonblocking = true;  // as in a relay that has others to serve
  server.part = Part::echo;
  server.coming.push_back({to_server_->number(), {{0, kDataFd}}});
  Address first = to_server_->address();  // that the client connects to
  if (plan.foreign) {
    // The token goes through it: the server takes no other.
    foreign_ = hosts.start_relay(*plan.foreign, first);
    first = foreign_->listens_on();
    client.watched = server.watched = foreign_->ended();
  } else if (plan.relayed) {
    to_relay_ = hosts.listen(Role::relay, plan.sockets, 1);
    relay.coming.push_back({to_relay_->number(), {{0, kSourceFd}}});
    relay.going.push_back({first, {{0, kSinkFd}}});
    first = to_relay_->address();
  }
  client.going.push_back({first, {{0, kDataFd}}});
}

void HostedPing::start(Role role, const char* name, Fd control, Members& members) {
  std::vector<ControlEnd> controls;
  controls.push_back({std::move(control), kControlFd});
  members.add(name, hosts_.host(role).start(plans_[role], std::move(controls), strangers_));
}

}  // namespace splicebench
