#include "peers/peer.h"

#include <cerrno>
#include <new>
#include <system_error>

#include "harness/system/process.h"

namespace splicebench {

namespace {

std::int32_t prepare(const PeerTask& task, std::vector<unsigned char>& buffer) {
  try {
    run_on(task.cpus);
    buffer.resize(task.chunk);
    return 0;
  } catch (const std::system_error& error) {
    return error.code().value();
  } catch (const std::bad_alloc&) {
    return ENOMEM;
  }
}

}  // namespace

bool get_ready(PeerTask& task, std::vector<unsigned char>& buffer) {
  if (!receive(kControlFd, task)) return false;
  const PeerReady ready{prepare(task, buffer)};
  return send(kControlFd, ready) && ready.error == 0;
}

int serve(TransferFunction transfer_function) {
  become_child();
  PeerTask task;
  std::vector<unsigned char> buffer;
  if (!get_ready(task, buffer)) return 0;

  Transfer transfer;
  while (receive(kControlFd, transfer)) {
    const std::optional<std::int64_t> retransmits = retransmits_of(kDataFd);
    const CpuTime before = cpu_used();
    PeerReport report = transfer_function(transfer, buffer);
    report.cpu = cpu_used() - before;
    report.retransmits = difference(retransmits_of(kDataFd), retransmits);
    if (!send(kControlFd, report)) return 0;
  }
  return 0;
}

}  // namespace splicebench
