#include "harness/control.h"

#include <sys/socket.h>

#include <cerrno>

namespace splicebench {

bool send_bytes(int socket, const void* message, std::size_t size) {
  for (;;) {
    const ssize_t sent = ::send(socket, message, size, MSG_NOSIGNAL);
    if (sent >= 0) return static_cast<std::size_t>(sent) == size;
    if (errno != EINTR) return false;
  }
}

bool receive_bytes(int socket, void* message, std::size_t size) {
  for (;;) {
    const ssize_t got = ::recv(socket, message, size, 0);
    if (got >= 0) {
      errno = got == 0 ? 0 : EPROTO;
      return static_cast<std::size_t>(got) == size;
    }
    if (errno != EINTR) return false;
  }
}

}  // namespace splicebench
