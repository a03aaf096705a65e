// splicebench-relay: started by splicebench for every sample with its descriptors
// (harness/control.h).

#include <cstring>
#include <exception>
#include <memory>

#include "bench/relay/relay.h"
#include "harness/process.h"

int main() {
  using namespace splicebench;
  become_child();
  RelayTask task;
  if (!receive(kControlFd, task)) return 0;

  std::unique_ptr<Relay> relay;
  RelayReady ready;
  try {
    relay = std::make_unique<Relay>(task);
    ready = relay->ready();
  } catch (const std::exception& error) {
    std::strncpy(ready.error.data(), error.what(), ready.error.size() - 1);
  }
  // What went wrong has been told: an exit status other than 0 is left for what could not be.
  if (!send(kControlFd, ready) || !relay) return 0;

  RelayReport report;
  try {
    report = relay->run();
  } catch (const std::exception& error) {
    std::strncpy(report.error.data(), error.what(), report.error.size() - 1);
  }
  send(kControlFd, report);
  return 0;
}
