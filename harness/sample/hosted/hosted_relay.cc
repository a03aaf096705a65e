#include "harness/sample/hosted/hosted_relay.h"

#include "harness/sample/hosted/hosted_ends.h"

namespace splicebench {

RelayWish wish_of(const SamplePlan& plan, const SampleSetting& setting) {
  RelayWish wish;
  wish.relay = *plan.relay;
  wish.listen_unix = plan.path->kinds.source == EndKind::unix_stream;
  wish.cpus = setting.placement.relay;
  wish.flows = plan.flows;
  wish.threads = plan.relay_threads;
  wish.seconds = setting.timeout;
  return wish;
}

HostedRelay::HostedRelay(const SamplePlan& plan, const SampleSetting& setting)
    : to_reader_(setting.hosts->listen(Role::reader, setting.sockets,
                                       static_cast<std::size_t>(plan.flows))),
      relay_(setting.hosts->start_relay(wish_of(plan, setting), to_reader_->address())),
      cast_(plan_over(setting, plan.path->kinds, {})) {
  std::vector<DataEnd> ends;
  for (std::uint32_t flow = 0; flow < static_cast<std::uint32_t>(plan.flows); ++flow)
    ends.push_back({flow, data_fd(flow)});
  cast_.starts[Role::writer].going.push_back({relay_->listens_on(), ends});
  cast_.starts[Role::reader].coming.push_back({to_reader_->number(), ends});
  for (const Role role : {Role::writer, Role::reader}) cast_.starts[role].watched = relay_->ended();
}

}  // namespace splicebench
