// Writes what the relay reads: transfer.bytes in writes of a chunk.

#define XXH_INLINE_ALL
#include <unistd.h>
#include <xxhash.h>

#include <algorithm>
#include <cerrno>

#include "harness/wire/content.h"
#include "peers/peer.h"

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
  Marks marks(transfer.bytes);
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
    marks.passed(report.bytes, report);
  }
  report.hash = XXH3_64bits_digest(&state);
  return report;
}

}  // namespace

int main() { return serve(write_stream); }
