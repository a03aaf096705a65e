#include "harness/sample/hosted/hosted_relay.h"

#include "harness/sample/hosted/hosted_ends.h"

namespace splicebench {

RelayRequest relay_request(const RelayCommand& relay, const SampleSetting& setting,
                           const Address& target, std::int64_t flows, std::int64_t threads) {
  RelayRequest request;
  request.relay = relay;
  request.listen = address_of(setting.hosts->address(Role::relay), 0, "--addr");
  request.connect = target;
  request.cpus = setting.placement.relay;
  request.flows = flows;
  request.threads = threads;
  return request;
}

HostedRelay::HostedRelay(const SamplePlan& plan, const SampleSetting& setting)
    : reader_(setting.hosts->at(Role::reader)) {
  const std::uint32_t flows = static_cast<std::uint32_t>(plan.flows);
  const ListenReply target = reader_.listen(
      {address_of(setting.hosts->address(Role::reader), 0, "--addr"), setting.sockets, flows});
  listener_ = target.listener;
  try {
    relay_ = setting.hosts->at(Role::relay)
                 .start_relay(relay_request(*plan.relay, setting, target.address, plan.flows,
                                            plan.relay_threads));
  } catch (...) {
    reader_.forget(listener_);
    throw;
  }
  cast_ = plan_over(*setting.hosts, setting);
  std::vector<DataEnd> ends;
  for (std::uint32_t flow = 0; flow < flows; ++flow) ends.push_back({flow, data_fd(flow)});
  cast_.starts[Role::writer].going.push_back({relay_->listens_on(), ends});
  cast_.starts[Role::reader].coming.push_back({listener_, ends});
}

HostedRelay::~HostedRelay() { reader_.forget(listener_); }

}  // namespace splicebench
