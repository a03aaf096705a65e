#include "harness/hosts/own_addresses.h"

#include <arpa/inet.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <array>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <sstream>

#include "harness/system/sys.h"

namespace splicebench {

namespace {

bool is_global(const sockaddr* address) {
  if (address->sa_family == AF_INET) {
    const in_addr_t ip = ntohl(reinterpret_cast<const sockaddr_in*>(address)->sin_addr.s_addr);
    return (ip >> 24) != 127 && (ip >> 16) != 0xa9fe;
  }
  const in6_addr& ip = reinterpret_cast<const sockaddr_in6*>(address)->sin6_addr;
  return !IN6_IS_ADDR_LOOPBACK(&ip) && !IN6_IS_ADDR_LINKLOCAL(&ip);
}

using Addresses = std::unique_ptr<ifaddrs, decltype(&::freeifaddrs)>;

Addresses list_addresses() {
  ifaddrs* found = nullptr;
  check(::getifaddrs(&found), "list", "the addresses of this host");
  return {found, ::freeifaddrs};
}

Address copy_of(const sockaddr* from) {
  Address address;
  address.size = from->sa_family == AF_INET ? sizeof(sockaddr_in) : sizeof(sockaddr_in6);
  std::memcpy(&address.storage, from, address.size);
  return address;
}

}  // namespace

std::string ip_of(const Address& address) {
  std::array<char, INET6_ADDRSTRLEN> text{};
  const sockaddr* const from = address.get();
  const void* const ip =
      from->sa_family == AF_INET
          ? static_cast<const void*>(&reinterpret_cast<const sockaddr_in*>(from)->sin_addr)
          : &reinterpret_cast<const sockaddr_in6*>(from)->sin6_addr;
  return ::inet_ntop(from->sa_family, ip, text.data(), text.size()) == nullptr ? "" : text.data();
}

std::string address_ssh_reached() {
  const char* const connection = std::getenv("SSH_CONNECTION");
  if (connection == nullptr) return {};
  // Client's address and port, server's address and port.
  std::istringstream words(connection);
  std::string client, port, server;
  words >> client >> port >> server;
  return server;
}

bool loopback_is_up() {
  const Addresses all = list_addresses();
  for (const ifaddrs* one = all.get(); one != nullptr; one = one->ifa_next) {
    if ((one->ifa_flags & IFF_LOOPBACK) != 0) return (one->ifa_flags & IFF_UP) != 0;
  }
  return false;
}

std::string first_global_address() {
  const Addresses all = list_addresses();
  for (const int family : {AF_INET, AF_INET6}) {
    for (const ifaddrs* one = all.get(); one != nullptr; one = one->ifa_next) {
      if (one->ifa_addr == nullptr || one->ifa_addr->sa_family != family ||
          (one->ifa_flags & IFF_UP) == 0 || !is_global(one->ifa_addr))
        continue;
      return ip_of(copy_of(one->ifa_addr));
    }
  }
  return {};
}

std::string own_address_towards(const Address& peer) {
  const Fd socket(
      check(::socket(peer.storage.ss_family, SOCK_DGRAM | SOCK_CLOEXEC, 0), "make", "a socket"));
  Address target = peer;
  // Port 0 is none that one can connect to; discard's will do.
  set_port(target, 9);
  check(::connect(socket.get(), target.get(), target.size), "find the way to", ip_of(peer));
  return ip_of(local_address(socket.get()));
}

}  // namespace splicebench
