#pragma once

// Where a relay listens and connects to: ADDR:PORT or unix:PATH.

#include <sys/socket.h>

#include <cstdint>
#include <optional>
#include <string>

#include "results/files/fd.h"

namespace splicebench {

struct Address {
  sockaddr_storage storage{};
  socklen_t size = 0;

  bool is_unix() const { return storage.ss_family == AF_UNIX; }
  /// The file of a unix socket; empty for an abstract one and for TCP.
  std::string file() const;
  const sockaddr* get() const { return reinterpret_cast<const sockaddr*>(&storage); }
};

/// "127.0.0.1:8080", "[::1]:8080", "name:8080" (resolved once; IPv4 where it has both), ":8080" and
/// "8080" (127.0.0.1), "unix:PATH", "unix:@NAME" (abstract, see unix(7)). Throws UsageError that
/// names `flag`.
Address parse_address(const std::string& text, const std::string& flag);

/// "127.0.0.1:8080", "[::1]:8080", "unix:PATH", "unix:@NAME"; "unix:" for an unnamed one.
std::string format_address(const Address& address);

/// The address `fd` is bound to. Throws std::system_error.
Address local_address(int fd);
/// The address at the other end of the connection `fd`; none when there is no connection (any
/// more).
std::optional<Address> peer_address(int fd);

/// An IPv4 address (network byte order) and a TCP port (0: the kernel chooses one when bound).
Address ipv4_address(std::uint32_t address, unsigned port);
/// The same with 127.0.0.1.
Address loopback_address(unsigned port);

/// Of a TCP address.
void set_port(Address& address, unsigned port);

/// A stream socket of the family of `address`, CLOEXEC and non-blocking, TCP with TCP_NODELAY.
/// Throws std::system_error.
Fd stream_socket(const Address& address);

/// TCP_NODELAY on a TCP socket; others are left as they are.
void set_nodelay(int fd);

/// Whoever is at the other end of TCP connection `fd` is asked whether he is there after `seconds`
/// of silence, and given up when net.ipv4.tcp_keepalive_probes questions go unanswered
/// (SO_KEEPALIVE, tcp(7)). Whole seconds from 1 on; 0: never.
void set_keepalive(int fd, double seconds);

/// Makes closing `fd` a reset (SO_LINGER 0), which the other side sees as an error and not as an
/// orderly end. Only TCP knows resets; a unix socket's other side sees its end.
void close_with_reset(Fd& fd);

}  // namespace splicebench
