// Writes what the relay reads: transfer.bytes in writes of a chunk.

#define XXH_INLINE_ALL
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>
#include <xxhash.h>

#include <algorithm>
#include <cerrno>

#include "harness/wire/content.h"
#include "harness/wire/marks.h"
#include "peers/flows.h"

namespace {

using namespace splicebench;

/// Writes all of it. False with errno.
bool write_all(int data, const unsigned char* bytes, std::size_t size) {
  while (size > 0) {
    const ssize_t written = ::write(data, bytes, size);
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return false;
    bytes += written;
    size -= static_cast<std::size_t>(written);
  }
  return true;
}

PeerReport write_stream(int data, const Transfer& transfer, std::vector<unsigned char>& buffer) {
  PeerReport report;
  Marks marks(transfer.bytes, report.marks);
  XXH3_state_t state;
  XXH3_64bits_reset(&state);
  while (report.bytes < transfer.bytes) {
    const std::size_t size = std::min<std::uint64_t>(buffer.size(), transfer.bytes - report.bytes);
    if (transfer.hashed) {
      fill_content(buffer.data(), size, transfer.seed, report.bytes);
      XXH3_64bits_update(&state, buffer.data(), size);
    }
    if (!write_all(data, buffer.data(), size)) {
      report.error = errno;
      break;
    }
    report.bytes += size;
    marks.passed(report.bytes);
  }
  report.hash = XXH3_64bits_digest(&state);
  return report;
}

/// What is left of the chunk at `moved`: the socket may have taken a part of it.
ssize_t write_some(int data, std::uint64_t moved, std::uint64_t each, const Transfer& transfer,
                   std::uint64_t seed, std::vector<unsigned char>& buffer) {
  const std::size_t size =
      std::min<std::uint64_t>(buffer.size() - moved % buffer.size(), each - moved);
  if (transfer.hashed) fill_content(buffer.data(), size, seed, moved);
  return ::send(data, buffer.data(), size, MSG_DONTWAIT | MSG_NOSIGNAL);
}

}  // namespace

int main() { return run_peer(write_stream, {EPOLLOUT, write_some, nullptr}); }
