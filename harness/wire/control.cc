#include "harness/wire/control.h"

#include <sys/socket.h>

#include <algorithm>
#include <cerrno>

namespace splicebench {

std::vector<Granted> granted_in(const RelayReady& ready) {
  std::vector<Granted> all;
  const std::size_t count = std::min<std::size_t>(ready.count, ready.granted.size());
  for (std::size_t i = 0; i < count; ++i) {
    const GrantedMessage& one = ready.granted[i];
    all.push_back({text_of(one.name), one.got, one.asked});
  }
  return all;
}

bool send_bytes(int socket, const void* message, std::size_t size) {
  for (;;) {
    const ssize_t sent = ::send(socket, message, size, MSG_NOSIGNAL);
    if (sent >= 0) return static_cast<std::size_t>(sent) == size;
    if (errno != EINTR) return false;
  }
}

bool receive_bytes(int socket, void* message, std::size_t size) {
  for (;;) {
    // MSG_TRUNC: the length of the packet, not of what fitted (recv(2)).
    const ssize_t got = ::recv(socket, message, size, MSG_TRUNC);
    if (got >= 0) {
      errno = got == 0 ? 0 : EPROTO;
      return static_cast<std::size_t>(got) == size;
    }
    if (errno != EINTR) return false;
  }
}

const char* why_not_received(int error) {
  return error == EPROTO ? "sent a message that is none of ours" : "was gone";
}

}  // namespace splicebench
