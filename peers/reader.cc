// Reads what the relay writes: transfer.bytes in reads of at most a chunk.

#define XXH_INLINE_ALL
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>
#include <xxhash.h>

#include <algorithm>
#include <cerrno>

#include "harness/wire/marks.h"
#include "peers/flows.h"

namespace {

using namespace splicebench;

/// More bytes are there than were sent: the relay made some up.
bool surplus(int data) {
  unsigned char byte = 0;
  return ::recv(data, &byte, 1, MSG_PEEK | MSG_DONTWAIT) > 0;
}

PeerReport read_stream(int data, const Transfer& transfer, std::vector<unsigned char>& buffer) {
  PeerReport report;
  Marks marks(transfer.bytes, report.marks);
  XXH3_state_t state;
  XXH3_64bits_reset(&state);
  while (report.bytes < transfer.bytes) {
    const std::size_t size = std::min<std::uint64_t>(buffer.size(), transfer.bytes - report.bytes);
    const ssize_t got = ::read(data, buffer.data(), size);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) report.error = errno;
    if (got <= 0) break;
    if (transfer.hashed) XXH3_64bits_update(&state, buffer.data(), static_cast<std::size_t>(got));
    report.bytes += static_cast<std::uint64_t>(got);
    marks.passed(report.bytes);
  }
  if (transfer.hashed && report.error == 0 && surplus(data)) report.error = EOVERFLOW;
  report.hash = XXH3_64bits_digest(&state);
  return report;
}

ssize_t read_some(int data, std::uint64_t moved, std::uint64_t each, const Transfer& /*transfer*/,
                  std::uint64_t /*seed*/, std::vector<unsigned char>& buffer) {
  return ::recv(data, buffer.data(), std::min<std::uint64_t>(buffer.size(), each - moved),
                MSG_DONTWAIT);
}

}  // namespace

int main() { return run_peer(read_stream, {EPOLLIN, read_some, surplus}); }
