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

CastPlan plan_over(const SampleSetting& setting, const PathKinds& kinds,
                   const std::vector<PathEnds>& held) {
  CastPlan plan = cast_plan(held);
  plan.has_writer = kinds.has_writer();
  plan.has_reader = kinds.has_reader();
  const Token token = random_token();
  for (const RoleInfo& info : kRoles) {
    plan.hosts[info.role] = &setting.hosts->host(info.role);
    StartPlan& start = plan.starts[info.role];
    start.token = token;
    start.sockets = setting.sockets;
    start.seconds = setting.timeout;
  }
  return plan;
}

void HostedEnds::add(const SamplePlan& plan) {
  const PathKinds& kinds = plan.path->kinds;
  for (std::int64_t flow = 0; flow < plan.flows; ++flow, ++next_) {
    const bool relayed = plan.mode != kDirect;
    if (relayed && kinds.source == EndKind::tcp) sources_.push_back(next_);
    if (kinds.sink == EndKind::tcp) (relayed ? sinks_ : direct_).push_back(next_);
  }
}

CastPlan HostedEnds::listen(const PathKinds& kinds, const std::vector<PathEnds>& held) {
  CastPlan plan = plan_over(setting_, kinds, held);
  StartPlan& writer = plan.starts[Role::writer];
  StartPlan& relay = plan.starts[Role::relay];
  StartPlan& reader = plan.starts[Role::reader];
  // As in a relay that has other connections to serve.
  relay.nonblocking = true;
  Hosts& hosts = *setting_.hosts;
  std::vector<std::uint32_t> to_reader = sinks_;
  to_reader.insert(to_reader.end(), direct_.begin(), direct_.end());
  if (!to_reader.empty()) {
    to_reader_ = hosts.listen(Role::reader, setting_.sockets, to_reader.size());
    reader.coming.push_back({to_reader_->number(), ends_of(to_reader, data_fd)});
  }
  if (!sources_.empty()) {
    to_relay_ = hosts.listen(Role::relay, setting_.sockets, sources_.size());
    writer.going.push_back({to_relay_->address(), ends_of(sources_, data_fd)});
    relay.coming.push_back({to_relay_->number(), ends_of(sources_, source_fd)});
  }
  if (!sinks_.empty()) relay.going.push_back({to_reader_->address(), ends_of(sinks_, sink_fd)});
  if (!direct_.empty()) writer.going.push_back({to_reader_->address(), ends_of(direct_, data_fd)});
  return plan;
}

}  // namespace splicebench
