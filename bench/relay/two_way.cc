#include "bench/relay/two_way.h"

#include "bench/relay/ready.h"
#include "harness/system/process.h"

namespace splicebench {

TwoWay::TwoWay(const TwoWayTask& task) {
  run_on(task.cpus);
  const Mode mode = parse_mode(task.mode.data());
  up_ = mode.make();
  down_ = mode.make();
  up_->prepare(kSourceFd, kSinkFd);
  down_->prepare(kSinkFd, kSourceFd);
  for (Engine* const engine : {up_.get(), down_.get()}) engine->touch();
}

RelayReady TwoWay::ready() const { return ready_with(up_->granted()); }

bool TwoWay::run() {
  FlowEnd client{.fd = kSourceFd};
  FlowEnd server{.fd = kSinkFd};
  Flow up(client, server, *up_);
  Flow down(server, client, *down_);
  up.pass_end_on();
  down.pass_end_on();
  return drive_both_ways(up, down);
}

}  // namespace splicebench
