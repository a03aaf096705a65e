#pragma once

// What decides how fast a connection is, whatever relays it: congestion control and buffers. Set on
// every socket before it is connected, so that a figure does not depend on a machine's sysctls.

#include <cstdint>
#include <string>

namespace splicebench {

struct SocketSettings {
  std::string congestion;  ///< TCP_CONGESTION (tcp(7)); empty: the system's
  std::int64_t buffer =
      0;  ///< bytes of SO_SNDBUF and SO_RCVBUF (socket(7)); 0: the kernel's own, autotuned
};

/// Sets them on a stream socket that is not connected yet; a listener's go to those it accepts.
/// Congestion control only on TCP. Throws std::system_error.
void set_settings(int socket, const SocketSettings& settings);

/// Congestion control in force on a TCP socket. Throws std::system_error.
std::string congestion_of(int socket);

/// The one that new sockets get (net.ipv4.tcp_congestion_control). Throws std::system_error.
std::string system_congestion();

/// Why `name` cannot be set on a socket here, with what to do; empty: it can. Loads its module
/// where the caller may (tcp(7)).
std::string why_not_congestion(const std::string& name);

/// The kernel doubles what it is asked for and raises it silently to at least SOCK_MIN_SNDBUF, 2 *
/// (2048 + the aligned size of struct sk_buff) (include/net/sock.h): a size that is raised silently
/// would not be the one in the result.
inline constexpr std::int64_t kLeastSocketBuffer = 2304;
inline constexpr std::int64_t kMostSocketBuffer = 1 << 30;

/// Why sockets do not get `bytes` here, with what to do (net.core.wmem_max and rmem_max without
/// CAP_NET_ADMIN); empty: they do. Throws std::system_error.
std::string why_not_buffer(std::int64_t bytes);

}  // namespace splicebench
