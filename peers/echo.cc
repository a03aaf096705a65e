// The server of a ping: sends back what it gets until the stream ends.

#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <new>
#include <system_error>
#include <vector>

#include "harness/system/process.h"
#include "peers/peer.h"

namespace {

using namespace splicebench;

/// False when the other side is gone.
bool send_back(const unsigned char* bytes, std::size_t size) {
  while (size > 0) {
    const ssize_t sent = ::send(kDataFd, bytes, size, 0);
    if (sent < 0 && errno == EINTR) continue;
    if (sent < 0) return false;
    bytes += sent;
    size -= static_cast<std::size_t>(sent);
  }
  return true;
}

void echo(std::vector<unsigned char>& buffer) {
  for (;;) {
    const ssize_t got = ::recv(kDataFd, buffer.data(), buffer.size(), 0);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0 || !send_back(buffer.data(), static_cast<std::size_t>(got))) return;
  }
}

}  // namespace

int main() {
  become_child();
  PeerTask task;
  std::vector<unsigned char> buffer;
  // A client that is gone is an end as good as any: who watches the block says what went wrong.
  if (get_ready(task, buffer)) echo(buffer);
  return 0;
}
