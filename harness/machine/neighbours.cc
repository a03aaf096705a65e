#include "harness/machine/neighbours.h"

#include <fmt/format.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <random>

namespace splicebench {

Neighbours::Neighbours(const std::string& kind)
    : prefix_(fmt::format("splicebench/{}/", kind)),
      // Process numbers repeat between PID namespaces.
      own_name_(fmt::format("{}{}/{:08x}", prefix_, ::getpid(), std::random_device{}())),
      socket_(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0)) {
  if (!socket_) return;
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  const std::size_t length = std::min(own_name_.size(), sizeof address.sun_path - 1);
  std::memcpy(address.sun_path + 1, own_name_.data(), length);  // after the NUL: abstract
  const socklen_t size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + 1 + length);
  if (::bind(socket_.get(), reinterpret_cast<const sockaddr*>(&address), size) != 0)
    socket_.reset();
}

std::vector<pid_t> Neighbours::others() const {
  std::vector<pid_t> found;
  std::ifstream sockets("/proc/net/unix");
  const std::string mark = "@" + prefix_;
  for (std::string line; std::getline(sockets, line);) {
    const std::size_t at = line.find(mark);
    if (at == std::string::npos || line.compare(at + 1, std::string::npos, own_name_) == 0)
      continue;
    found.push_back(static_cast<pid_t>(std::strtol(line.c_str() + at + mark.size(), nullptr, 10)));
  }
  return found;
}

}  // namespace splicebench
