#include "harness/sample/hosted/hosted_ends.h"

namespace splicebench {

namespace {

/// Each of `numbers` as the descriptor that `to` says.
std::vector<DataEnd> ends_of(const std::vector<std::uint32_t>& numbers,
                             int (*to)(std::uint32_t connection)) {
  std::vector<DataEnd> ends;
  for (const std::uint32_t number : numbers) ends.push_back({number, to(number)});
  return ends;
}

}  // namespace

CastPlan plan_over(HostSet& hosts, const SampleSetting& setting) {
  CastPlan plan;
  const Token token = random_token();
  for (const RoleInfo& info : kRoles) {
    plan.hosts[info.role] = &hosts.at(info.role);
    StartPlan& start = plan.starts[info.role];
    start.token = token;
    start.sockets = setting.sockets;
    start.seconds = setting.timeout;
  }
  return plan;
}

HostedEnds::HostedEnds(const SampleSetting& setting) : setting_(setting) {}

HostedEnds::~HostedEnds() {
  for (const RoleInfo& info : kRoles) {
    const Listening& one = listening_[info.role];
    if (one.listener != 0) setting_.hosts->at(info.role).forget(one.listener);
  }
}

void HostedEnds::add(const SamplePlan& plan) {
  std::vector<std::uint32_t>& numbers = plan.mode == kDirect ? direct_ : relayed_;
  for (std::int64_t flow = 0; flow < plan.flows; ++flow) numbers.push_back(next_++);
}

HostedEnds::Listening HostedEnds::listen(Role role, std::size_t connections) {
  const Address any_port = address_of(setting_.hosts->address(role), 0, "--addr");
  const ListenReply reply = setting_.hosts->at(role).listen(
      {any_port, setting_.sockets, static_cast<std::uint32_t>(connections)});
  return listening_[role] = {reply.listener, reply.address};
}

CastPlan HostedEnds::listen() {
  CastPlan plan = plan_over(*setting_.hosts, setting_);
  StartPlan& writer = plan.starts[Role::writer];
  StartPlan& relay = plan.starts[Role::relay];
  StartPlan& reader = plan.starts[Role::reader];
  // As in a relay that has other connections to serve.
  relay.nonblocking = true;
  const Listening to_reader = listen(Role::reader, relayed_.size() + direct_.size());
  if (!relayed_.empty()) {
    const Listening to_relay = listen(Role::relay, relayed_.size());
    writer.going.push_back({to_relay.address, ends_of(relayed_, data_fd)});
    relay.going.push_back({to_reader.address, ends_of(relayed_, sink_fd)});
    relay.coming.push_back({to_relay.listener, ends_of(relayed_, source_fd)});
  }
  if (!direct_.empty()) writer.going.push_back({to_reader.address, ends_of(direct_, data_fd)});
  std::vector<std::uint32_t> all = relayed_;
  all.insert(all.end(), direct_.begin(), direct_.end());
  reader.coming.push_back({to_reader.listener, ends_of(all, data_fd)});
  return plan;
}

}  // namespace splicebench
