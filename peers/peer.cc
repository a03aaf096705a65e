#include "peers/peer.h"

#include <cerrno>
#include <cstring>
#include <new>
#include <system_error>

#include "harness/process.h"

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

int serve(TransferFunction transfer_function) {
  become_child();
  PeerTask task;
  if (!receive(kControlFd, task)) return 0;
  std::vector<unsigned char> buffer;
  const PeerReady ready{prepare(task, buffer)};
  if (!send(kControlFd, ready) || ready.error != 0) return 0;

  Transfer transfer;
  while (receive(kControlFd, transfer)) {
    const std::int64_t retransmits = retransmits_of(kDataFd);
    const Cpu before = cpu_used();
    PeerReport report = transfer_function(transfer, buffer);
    report.cpu = cpu_used() - before;
    if (retransmits >= 0) report.retransmits = retransmits_of(kDataFd) - retransmits;
    if (!send(kControlFd, report)) return 0;
  }
  return 0;
}

void fill_content(unsigned char* bytes, std::size_t size, std::uint64_t seed,
                  std::uint64_t position) {
  std::uint64_t index = position / 8;
  while (size > 0) {
    std::uint64_t word = (seed + ++index) * 0x9e3779b97f4a7c15U;
    word = (word ^ (word >> 30)) * 0xbf58476d1ce4e5b9U;
    word = (word ^ (word >> 27)) * 0x94d049bb133111ebU;
    word ^= word >> 31;
    const std::size_t take = size < sizeof word ? size : sizeof word;
    std::memcpy(bytes, &word, take);
    bytes += take;
    size -= take;
  }
}

}  // namespace splicebench
