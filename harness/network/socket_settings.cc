#include "harness/network/socket_settings.h"

#include <fmt/format.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>

#include "harness/system/sys.h"
#include "results/files/fd.h"

namespace splicebench {

namespace {

constexpr const char* kAnySocket = "a socket of a pair";

int option_of(int socket, int option) {
  int value = 0;
  socklen_t size = sizeof value;
  check(::getsockopt(socket, SOL_SOCKET, option, &value, &size), "read an option of", kAnySocket);
  return value;
}

bool is_tcp(int socket) {
  const int domain = option_of(socket, SO_DOMAIN);
  return domain == AF_INET || domain == AF_INET6;
}

/// The FORCE option goes past net.core.wmem_max and rmem_max with CAP_NET_ADMIN.
void set_buffer(int socket, int forced, int plain, std::int64_t bytes) {
  const int value = static_cast<int>(bytes);
  if (::setsockopt(socket, SOL_SOCKET, forced, &value, sizeof value) == 0) return;
  check(::setsockopt(socket, SOL_SOCKET, plain, &value, sizeof value), "set the buffers of",
        kAnySocket);
}

Fd fresh_tcp_socket() {
  return Fd(check(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), "make", kAnySocket));
}

int set_congestion(int socket, const std::string& name) {
  return ::setsockopt(socket, IPPROTO_TCP, TCP_CONGESTION, name.data(),
                      static_cast<socklen_t>(name.size()));
}

}  // namespace

void set_settings(int socket, const SocketSettings& settings) {
  if (settings.buffer > 0) {
    set_buffer(socket, SO_SNDBUFFORCE, SO_SNDBUF, settings.buffer);
    set_buffer(socket, SO_RCVBUFFORCE, SO_RCVBUF, settings.buffer);
  }
  if (settings.congestion.empty() || !is_tcp(socket)) return;
  check(set_congestion(socket, settings.congestion),
        "set congestion control " + settings.congestion + " on", kAnySocket);
}

std::string congestion_of(int socket) {
  std::array<char, 17> name{};  // TCP_CA_NAME_MAX and a NUL
  socklen_t size = name.size() - 1;
  check(::getsockopt(socket, IPPROTO_TCP, TCP_CONGESTION, name.data(), &size),
        "read the congestion control of", kAnySocket);
  return name.data();
}

std::string system_congestion() { return congestion_of(fresh_tcp_socket().get()); }

std::string why_not_congestion(const std::string& name) {
  const Fd socket = fresh_tcp_socket();
  if (set_congestion(socket.get(), name) == 0) return {};
  switch (errno) {
    case ENOENT:
      return fmt::format(
          "this kernel has no congestion control '{0}'; see "
          "sysctl net.ipv4.tcp_available_congestion_control, or load it with: modprobe tcp_{0}",
          name);
    case EPERM:
      return fmt::format(
          "congestion control '{}' is not allowed to you; as root add it to "
          "sysctl net.ipv4.tcp_allowed_congestion_control",
          name);
    default:
      return fmt::format("congestion control '{}' cannot be set: {}", name, errno_text(errno));
  }
}

std::string why_not_buffer(std::int64_t bytes) {
  const Fd socket = fresh_tcp_socket();
  SocketSettings settings;
  settings.buffer = bytes;
  set_settings(socket.get(), settings);
  // The kernel doubles what it is asked for, for its own bookkeeping (socket(7)).
  if (option_of(socket.get(), SO_SNDBUF) < 2 * bytes)
    return fmt::format("needs sysctl net.core.wmem_max={}, or root", bytes);
  if (option_of(socket.get(), SO_RCVBUF) < 2 * bytes)
    return fmt::format("needs sysctl net.core.rmem_max={}, or root", bytes);
  return {};
}

}  // namespace splicebench
