#include "peers/peer.h"

#include <unistd.h>

#include <cerrno>
#include <new>
#include <system_error>

#include "harness/system/process.h"
#include "harness/system/socket_facts.h"
#include "harness/wire/host_clock.h"

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

int serve(TransferFunction transfer_function, const PeerTask& task,
          std::vector<unsigned char>& buffer) {
  HostClock clock(task);
  Transfer transfer;
  std::uint32_t connection = 0;
  std::optional<SocketFacts> socket;  // when the last transfer of this connection began
  while (receive(kControlFd, transfer)) {
    if (transfer.connection != connection) {
      ::close(data_fd(connection));
      socket.reset();
    }
    connection = transfer.connection;
    const int data = data_fd(connection);
    if (transfer.asks) {
      PeerReport told;
      if (socket) told.socket = facts_between(socket, facts_of(data));
      if (!send(kControlFd, told)) return 0;
      continue;
    }
    socket = facts_of(data);
    const ProcessFacts process = process_facts();
    const CpuTime before = cpu_used();
    clock.begin();
    PeerReport report = transfer_function(data, transfer, buffer);
    clock.end(report);
    report.cpu = cpu_used() - before;
    report.process = process_facts() - process;
    report.socket = facts_between(socket, facts_of(data));
    if (!send(kControlFd, report)) return 0;
  }
  return 0;
}

}  // namespace splicebench
