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

#include "harness/machine/counters.h"
#include "harness/system/interrupt.h"
#include "harness/system/process.h"

namespace splicebench {

namespace {

constexpr double kLookInterval = 1;  ///< seconds between two looks for others

}  // namespace

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

std::vector<pid_t> Neighbours::fresh() {
  const double now = monotonic_seconds();
  if (now < next_look_) return {};
  next_look_ = now + kLookInterval;
  std::vector<pid_t> unknown;
  for (const pid_t pid : others()) {
    if (known_.insert(pid).second) unknown.push_back(pid);
  }
  return unknown;
}

LoadReading read_load() {
  LoadReading reading;
  reading.at = monotonic_seconds();
  const SystemTimes times = SystemClock().read();
  reading.busy = times.busy;
  reading.cpus = static_cast<double>(::sysconf(_SC_NPROCESSORS_ONLN));
  reading.known = times.known;
  return reading;
}

std::optional<double> busy_between(const LoadReading& earlier, const LoadReading& later) {
  const double elapsed = later.at - earlier.at;
  if (!earlier.known || !later.known || elapsed <= 0) return std::nullopt;
  return std::clamp((later.busy - earlier.busy) / (later.cpus * elapsed), 0.0, 1.0);
}

std::optional<double> busy_share(double seconds) {
  const LoadReading before = read_load();
  if (!before.known) return std::nullopt;
  wait_interruptibly(nullptr, 0, seconds);
  if (interrupted()) return std::nullopt;
  return busy_between(before, read_load());
}

}  // namespace splicebench
