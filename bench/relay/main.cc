// splicebench-relay: started by splicebench for every visit with its descriptors
// (harness/wire/control.h), with the argument two-way for every block of a ping
// (harness/wire/ping_control.h).

#include <cstring>
#include <exception>
#include <memory>
#include <utility>

#include "bench/relay/ready.h"
#include "bench/relay/relay.h"
#include "bench/relay/two_way.h"
#include "harness/system/process.h"

namespace {

using namespace splicebench;

/// Takes its task, gets ready and tells so. None: the runner is gone, or has been told why. What
/// went wrong has been told then: an exit status other than 0 is left for what could not be.
template <typename Kind, typename Task>
std::unique_ptr<Kind> get_ready() {
  Task task;
  if (!receive(kControlFd, task)) return nullptr;
  std::unique_ptr<Kind> relay;
  RelayReady ready;
  try {
    std::unique_ptr<Kind> made = std::make_unique<Kind>(task);
    ready = made->ready();
    relay = std::move(made);
  } catch (const std::exception& error) {
    copy_text(ready.error, error.what());
  }
  return send(kControlFd, ready) ? std::move(relay) : nullptr;
}

int take_samples() {
  while (const std::unique_ptr<Relay> relay = get_ready<Relay, RelayTask>()) {
    RelayReport report;
    try {
      report = relay->run();
    } catch (const std::exception& error) {
      copy_text(report.error, error.what());
    }
    if (!send(kControlFd, report)) break;
  }
  return 0;
}

int relay_two_ways() {
  const std::unique_ptr<TwoWay> relay = get_ready<TwoWay, TwoWayTask>();
  return !relay || relay->run() ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
  become_child();
  return argc > 1 && std::strcmp(argv[1], "two-way") == 0 ? relay_two_ways() : take_samples();
}
