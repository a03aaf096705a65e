#include "harness/network/address.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/un.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstddef>
#include <cstring>
#include <memory>

#include "harness/system/sys.h"
#include "results/files/error.h"

namespace splicebench {

namespace {

constexpr const char* kUnix = "unix:";
constexpr const char* kForms = "write ADDRESS:PORT, :PORT (127.0.0.1), [IPV6]:PORT or unix:PATH";

Address unix_address(const std::string& path, const std::string& text, const std::string& flag) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.empty() || path == "@") {
    throw UsageError(fmt::format("{}: '{}' has no path; {}", flag, text, kForms));
  }
  if (path.size() >= sizeof address.sun_path) {
    throw UsageError(
        fmt::format("{}: '{}': the path of a unix socket has at most {} bytes; "
                    "choose a shorter one",
                    flag, text, sizeof address.sun_path - 1));
  }
  std::memcpy(address.sun_path, path.data(), path.size());
  Address result;
  if (path[0] == '@') {
    address.sun_path[0] = '\0';
    result.size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + path.size());
  } else {
    result.size = sizeof address;
  }
  std::memcpy(&result.storage, &address, sizeof address);
  return result;
}

unsigned parse_port(const std::string& port, const std::string& text, const std::string& flag) {
  unsigned value = 0;
  const char* const end = port.data() + port.size();
  const auto [rest, error] = std::from_chars(port.data(), end, value);
  if (error != std::errc{} || rest != end || value > 65535) {
    throw UsageError(
        fmt::format("{}: '{}': '{}' is not a port from 0 to 65535; {}", flag, text, port, kForms));
  }
  return value;
}

Address resolve(const std::string& host, unsigned port, const std::string& flag) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  const int error = ::getaddrinfo(host.c_str(), std::to_string(port).c_str(), &hints, &found);
  if (error != 0) {
    throw UsageError(
        fmt::format("{}: host '{}' is unknown ({}); check the name or give its "
                    "address",
                    flag, host, ::gai_strerror(error)));
  }
  const std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> all(found, ::freeaddrinfo);
  const addrinfo* chosen = found;
  for (const addrinfo* one = found; one != nullptr; one = one->ai_next) {
    if (one->ai_family != AF_INET) continue;
    chosen = one;
    break;
  }
  Address address;
  address.size = chosen->ai_addrlen;
  std::memcpy(&address.storage, chosen->ai_addr, chosen->ai_addrlen);
  return address;
}

}  // namespace

std::string Address::file() const {
  if (!is_unix()) return {};
  sockaddr_un address{};
  std::memcpy(&address, &storage, sizeof address);
  return {address.sun_path, ::strnlen(address.sun_path, sizeof address.sun_path)};
}

Address parse_address(const std::string& text, const std::string& flag) {
  if (text.starts_with(kUnix)) return unix_address(text.substr(std::strlen(kUnix)), text, flag);
  const std::size_t colon = text.rfind(':');
  const std::string port = colon == std::string::npos ? text : text.substr(colon + 1);
  std::string host = colon == std::string::npos ? "" : text.substr(0, colon);
  if (host.starts_with('[') && host.ends_with(']')) {
    host = host.substr(1, host.size() - 2);
  } else if (host.find(':') != std::string::npos) {
    throw UsageError(fmt::format(
        "{}: '{}': an IPv6 address stands in brackets, e.g. [::1]:8080; {}", flag, text, kForms));
  }
  const unsigned number = parse_port(port, text, flag);
  return host.empty() ? loopback_address(number) : resolve(host, number, flag);
}

std::string format_address(const Address& address) {
  if (address.is_unix()) {
    const std::string file = address.file();
    constexpr std::size_t kName = offsetof(sockaddr_un, sun_path);
    if (!file.empty() || address.size <= kName) return kUnix + file;
    const char* const name = reinterpret_cast<const char*>(&address.storage) + kName;
    return fmt::format("{}@{}", kUnix, std::string(name + 1, address.size - kName - 1));
  }
  std::array<char, INET6_ADDRSTRLEN> host{};
  if (address.storage.ss_family == AF_INET6) {
    sockaddr_in6 in6{};
    std::memcpy(&in6, &address.storage, sizeof in6);
    ::inet_ntop(AF_INET6, &in6.sin6_addr, host.data(), host.size());
    return fmt::format("[{}]:{}", host.data(), ntohs(in6.sin6_port));
  }
  sockaddr_in in{};
  std::memcpy(&in, &address.storage, sizeof in);
  ::inet_ntop(AF_INET, &in.sin_addr, host.data(), host.size());
  return fmt::format("{}:{}", host.data(), ntohs(in.sin_port));
}

Address local_address(int fd) {
  Address address;
  address.size = sizeof address.storage;
  check(::getsockname(fd, reinterpret_cast<sockaddr*>(&address.storage), &address.size),
        "read the address of", "a socket");
  return address;
}

std::optional<Address> peer_address(int fd) {
  Address address;
  address.size = sizeof address.storage;
  if (::getpeername(fd, reinterpret_cast<sockaddr*>(&address.storage), &address.size) != 0)
    return std::nullopt;
  return address;
}

Address ipv4_address(std::uint32_t address, unsigned port) {
  sockaddr_in in{};
  in.sin_family = AF_INET;
  in.sin_addr.s_addr = address;
  in.sin_port = htons(static_cast<std::uint16_t>(port));
  Address made;
  made.size = sizeof in;
  std::memcpy(&made.storage, &in, sizeof in);
  return made;
}

void set_port(Address& address, unsigned port) {
  const in_port_t number = htons(static_cast<std::uint16_t>(port));
  if (address.storage.ss_family == AF_INET6) {
    reinterpret_cast<sockaddr_in6*>(&address.storage)->sin6_port = number;
  } else {
    reinterpret_cast<sockaddr_in*>(&address.storage)->sin_port = number;
  }
}

Address loopback_address(unsigned port) { return ipv4_address(htonl(INADDR_LOOPBACK), port); }

Fd stream_socket(const Address& address) {
  Fd fd(check(::socket(address.storage.ss_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0),
              "make", "a socket"));
  if (!address.is_unix()) set_nodelay(fd.get());
  return fd;
}

void set_nodelay(int fd) {
  const int on = 1;
  // Fails where it means nothing: on a unix socket, or on a connection that is gone already.
  ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}

void set_keepalive(int fd, double seconds) {
  if (seconds == 0) return;
  const int on = 1;
  const int idle = std::max(1, static_cast<int>(std::lround(seconds)));
  // Each fails where it means nothing, as TCP_NODELAY does.
  ::setsockopt(fd, IPPROTO_TCP, TCP_KEEPIDLE, &idle, sizeof idle);
  ::setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof on);
}

void close_with_reset(Fd& fd) {
  const linger now{1, 0};
  // Fails only on what is no socket.
  ::setsockopt(fd.get(), SOL_SOCKET, SO_LINGER, &now, sizeof now);
  fd.reset();
}

}  // namespace splicebench
