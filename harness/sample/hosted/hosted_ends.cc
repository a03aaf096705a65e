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

void HostedEnds::add(const SamplePlan& plan) {
  std::vector<std::uint32_t>& numbers = plan.mode == kDirect ? direct_ : relayed_;
  for (std::int64_t flow = 0; flow < plan.flows; ++flow) numbers.push_back(next_++);
}

CastPlan HostedEnds::listen() {
  CastPlan plan = plan_over(*setting_.hosts, setting_);
  StartPlan& writer = plan.starts[Role::writer];
  StartPlan& relay = plan.starts[Role::relay];
  StartPlan& reader = plan.starts[Role::reader];
  // As in a relay that has other connections to serve.
  relay.nonblocking = true;
  HostSet& hosts = *setting_.hosts;
  to_reader_ = hosts.listen(Role::reader, setting_.sockets, relayed_.size() + direct_.size());
  if (!relayed_.empty()) {
    to_relay_ = hosts.listen(Role::relay, setting_.sockets, relayed_.size());
    writer.going.push_back({to_relay_->address(), ends_of(relayed_, data_fd)});
    relay.going.push_back({to_reader_->address(), ends_of(relayed_, sink_fd)});
    relay.coming.push_back({to_relay_->number(), ends_of(relayed_, source_fd)});
  }
  if (!direct_.empty()) writer.going.push_back({to_reader_->address(), ends_of(direct_, data_fd)});
  std::vector<std::uint32_t> all = relayed_;
  all.insert(all.end(), direct_.begin(), direct_.end());
  reader.coming.push_back({to_reader_->number(), ends_of(all, data_fd)});
  return plan;
}

}  // namespace splicebench
