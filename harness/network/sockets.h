#pragma once

#include <netinet/in.h>

#include <cstdint>
#include <optional>

#include "harness/network/socket_settings.h"
#include "results/files/fd.h"

namespace splicebench {

/// Two connected stream sockets, CLOEXEC, blocking.
struct SocketPair {
  Fd first;
  Fd second;
};

/// Where an end of a TCP connection lies; by default on 127.0.0.1 here.
struct TcpPlace {
  int network = -1;  ///< descriptor of its network namespace; -1: this process's
  std::uint32_t address = htonl(INADDR_LOOPBACK);  ///< IPv4, network byte order
};

/// Listens at one place, on its address alone and a port of the kernel's choice. Any process of
/// that namespace may connect to that port first; only the connection made by pair() itself is
/// taken.
class PairListener {
 public:
  /// Throws std::system_error.
  explicit PairListener(const TcpPlace& place = {}, SocketSettings settings = {});

  const sockaddr_in& address() const { return address_; }

  /// Connects to itself from `place` (`first` of the pair) and accepts until that connection comes
  /// (addresses compared at both ends, strangers closed unread), for at most `seconds`: strangers
  /// who fill the backlog keep it from coming at all. Throws std::system_error, with ETIMEDOUT
  /// then, and Interrupted.
  SocketPair pair(double seconds, const TcpPlace& place = {});

 private:
  SocketSettings settings_;  ///< of both ends
  Fd socket_;
  sockaddr_in address_{};
};

/// TCP connections between two places, one after another over one listener: many of one sample must
/// not use up the ports, of which each listener has one.
class TcpPairs {
 public:
  TcpPairs(const TcpPlace& first, const TcpPlace& second, SocketSettings settings = {});

  /// As tcp_pair(). Throws likewise.
  SocketPair next();

 private:
  TcpPlace first_;
  TcpPlace second_;
  SocketSettings settings_;
  std::optional<PairListener> listener_;
};

/// TCP with TCP_NODELAY at both ends, `first` at one place, `second` at another, made by a
/// PairListener at `second`; by a few in turn, on other ports, where strangers were in the way.
/// Throws std::system_error and Interrupted.
SocketPair tcp_pair(const TcpPlace& first, const TcpPlace& second,
                    const SocketSettings& settings = {});

/// The same over 127.0.0.1.
SocketPair tcp_pair(const SocketSettings& settings = {});

/// AF_UNIX, SOCK_STREAM, unnamed. Throws std::system_error.
SocketPair unix_pair(const SocketSettings& settings = {});

/// AF_UNIX, SOCK_SEQPACKET, for control messages. Throws std::system_error.
SocketPair control_pair();

}  // namespace splicebench
