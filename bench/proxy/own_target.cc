#include "bench/proxy/own_target.h"

#include <netinet/in.h>
#include <sys/stat.h>

#include <cstring>

namespace splicebench {

namespace {

/// An address and a port of either family, an IPv4 address always as such.
struct Endpoint {
  in6_addr address{};  ///< IPv4: mapped
  in_port_t port = 0;

  bool is_ipv4() const { return IN6_IS_ADDR_V4MAPPED(&address); }
  bool is_unspecified() const {
    return IN6_IS_ADDR_UNSPECIFIED(&address) || (is_ipv4() && address.s6_addr32[3] == INADDR_ANY);
  }
  /// Connecting to no address in particular is connecting to this machine.
  void resolve() {
    if (!is_unspecified()) return;
    if (is_ipv4()) {
      address.s6_addr32[3] = htonl(INADDR_LOOPBACK);
    } else {
      address = in6addr_loopback;
    }
  }
  bool operator==(const Endpoint& other) const {
    return port == other.port && IN6_ARE_ADDR_EQUAL(&address, &other.address);
  }
};

Endpoint endpoint_of(const Address& address) {
  Endpoint endpoint;
  if (address.storage.ss_family == AF_INET6) {
    sockaddr_in6 ipv6{};
    std::memcpy(&ipv6, &address.storage, sizeof ipv6);
    return {ipv6.sin6_addr, ipv6.sin6_port};
  }
  sockaddr_in ipv4{};
  std::memcpy(&ipv4, &address.storage, sizeof ipv4);
  endpoint.address.s6_addr32[2] = htonl(0xffff);
  endpoint.address.s6_addr32[3] = ipv4.sin_addr.s_addr;
  endpoint.port = ipv4.sin_port;
  return endpoint;
}

/// An address that can be bound is one of this machine's.
bool is_own_interface(const Endpoint& endpoint) {
  Address any_port;
  if (endpoint.is_ipv4()) {
    any_port = ipv4_address(endpoint.address.s6_addr32[3], 0);
  } else {
    sockaddr_in6 ipv6{};
    ipv6.sin6_family = AF_INET6;
    ipv6.sin6_addr = endpoint.address;
    std::memcpy(&any_port.storage, &ipv6, sizeof ipv6);
    any_port.size = sizeof ipv6;
  }
  const Fd probe = stream_socket(any_port);
  return ::bind(probe.get(), any_port.get(), any_port.size) == 0;
}

/// No name names none.
bool is_same_file(const std::string& one, const std::string& other) {
  struct stat first {};
  struct stat second {};
  return ::stat(one.c_str(), &first) == 0 && ::stat(other.c_str(), &second) == 0 &&
         first.st_dev == second.st_dev && first.st_ino == second.st_ino;
}

}  // namespace

bool leads_back(const Address& target, const Address& listener) {
  if (format_address(target) == format_address(listener)) return true;
  if (target.is_unix() || listener.is_unix()) return is_same_file(target.file(), listener.file());
  Endpoint there = endpoint_of(target);
  const Endpoint here = endpoint_of(listener);
  there.resolve();
  if (there.port != here.port || !here.is_unspecified()) return there == here;
  // A socket of every IPv6 interface takes IPv4, too.
  return (there.is_ipv4() || !here.is_ipv4()) && is_own_interface(there);
}

}  // namespace splicebench
