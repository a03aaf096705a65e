#include "harness/sample/hosted/hosted_relay.h"

#include "harness/sample/hosted/hosted_ends.h"

namespace splicebench {

HostSet::RelayWish wish_of(const SamplePlan& plan, const SampleSetting& setting) {
  return {*plan.relay, setting.placement.relay, plan.flows, plan.relay_threads, setting.timeout};
}

HostedRelay::HostedRelay(const SamplePlan& plan, const SampleSetting& setting)
    : to_reader_(setting.hosts->listen(Role::reader, setting.sockets,
                                       static_cast<std::size_t>(plan.flows))),
      relay_(setting.hosts->start_relay(wish_of(plan, setting), to_reader_->address())),
      cast_(plan_over(*setting.hosts, setting)) {
  std::vector<DataEnd> ends;
  for (std::uint32_t flow = 0; flow < static_cast<std::uint32_t>(plan.flows); ++flow)
    ends.push_back({flow, data_fd(flow)});
  cast_.starts[Role::writer].going.push_back({relay_->listens_on(), ends});
  cast_.starts[Role::reader].coming.push_back({to_reader_->number(), ends});
}

}  // namespace splicebench
