#include "harness/sockets.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <cerrno>

#include "harness/sys.h"

namespace splicebench {

namespace {

constexpr const char* kLoopback = "a TCP socket on 127.0.0.1";

sockaddr_in address_of(int fd, int (*which)(int, sockaddr*, socklen_t*)) {
  sockaddr_in address{};
  socklen_t size = sizeof address;
  check(which(fd, reinterpret_cast<sockaddr*>(&address), &size), "read the address of", kLoopback);
  return address;
}

bool same(const sockaddr_in& a, const sockaddr_in& b) {
  return a.sin_port == b.sin_port && a.sin_addr.s_addr == b.sin_addr.s_addr;
}

void set_nodelay(int fd) {
  const int on = 1;
  check(::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on), "set TCP_NODELAY on",
        kLoopback);
}

SocketPair unix_pair_of(int type) {
  int ends[2];
  check(::socketpair(AF_UNIX, type | SOCK_CLOEXEC, 0, ends), "make", "an AF_UNIX socket pair");
  return {Fd(ends[0]), Fd(ends[1])};
}

}  // namespace

SocketPair tcp_pair() {
  const Fd listener(check(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), "make", kLoopback));
  sockaddr_in loopback{};
  loopback.sin_family = AF_INET;
  loopback.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  const sockaddr* const any_port = reinterpret_cast<const sockaddr*>(&loopback);
  check(::bind(listener.get(), any_port, sizeof loopback), "bind", kLoopback);
  check(::listen(listener.get(), 1), "listen on", kLoopback);
  const sockaddr_in listening = address_of(listener.get(), ::getsockname);

  SocketPair pair;
  pair.first = Fd(check(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), "make", kLoopback));
  const sockaddr* const target = reinterpret_cast<const sockaddr*>(&listening);
  check(::connect(pair.first.get(), target, sizeof listening), "connect", kLoopback);
  // A stranger may have come first: connections that are not ours are dropped.
  const sockaddr_in ours = address_of(pair.first.get(), ::getsockname);
  for (;;) {
    pair.second = Fd(
        check(::accept4(listener.get(), nullptr, nullptr, SOCK_CLOEXEC), "accept on", kLoopback));
    if (same(address_of(pair.second.get(), ::getpeername), ours)) break;
  }
  if (!same(address_of(pair.first.get(), ::getpeername),
            address_of(pair.second.get(), ::getsockname))) {
    throw_errno("connect to our own end of", kLoopback, ECONNREFUSED);
  }
  set_nodelay(pair.first.get());
  set_nodelay(pair.second.get());
  return pair;
}

SocketPair unix_pair() { return unix_pair_of(SOCK_STREAM); }
SocketPair control_pair() { return unix_pair_of(SOCK_SEQPACKET); }

}  // namespace splicebench
