#include "harness/network/sockets.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>

#include <cerrno>
#include <system_error>
#include <utility>

#include "harness/system/interrupt.h"
#include "harness/system/process.h"
#include "harness/system/sys.h"

namespace splicebench {

namespace {

constexpr const char* kSocket = "a TCP socket of a pair";
/// Room for strangers before our own connection; the port is known to nobody else for as long as
/// it takes to make two system calls.
constexpr int kBacklog = 16;
constexpr double kPairSeconds = 1.0;
constexpr int kMostPairs = 5;

sockaddr_in address_of(int fd, int (*which)(int, sockaddr*, socklen_t*)) {
  sockaddr_in address{};
  socklen_t size = sizeof address;
  check(which(fd, reinterpret_cast<sockaddr*>(&address), &size), "read the address of", kSocket);
  return address;
}

bool same(const sockaddr_in& a, const sockaddr_in& b) {
  return a.sin_port == b.sin_port && a.sin_addr.s_addr == b.sin_addr.s_addr;
}

void require_nodelay(int fd) {
  const int on = 1;
  check(::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on), "set TCP_NODELAY on", kSocket);
}

/// Throws std::system_error with ETIMEDOUT at `until`, and Interrupted.
void wait_readable(int fd, double until) {
  for (;;) {
    const double left = until - monotonic_seconds();
    if (left <= 0) throw_errno("take our own connection on", kSocket, ETIMEDOUT);
    pollfd waiting{fd, POLLIN, 0};
    const int ready = wait_interruptibly(&waiting, 1, left);
    if (ready > 0) return;
    if (ready < 0 && errno != EINTR) throw_errno("wait for", kSocket);
    if (ready < 0 && interrupted()) throw Interrupted();
  }
}

/// A connection and who made it; none when the one that was announced is gone again (accept(2)).
Fd accept_from(int listener, sockaddr_in& peer) {
  sockaddr* const address = reinterpret_cast<sockaddr*>(&peer);
  socklen_t size = sizeof peer;
  Fd taken(::accept4(listener, address, &size, SOCK_CLOEXEC));
  if (!taken && errno != EAGAIN && errno != EINTR && errno != ECONNABORTED)
    throw_errno("accept on", kSocket);
  return taken;
}

void set_blocking(int fd) {
  const int flags = check(::fcntl(fd, F_GETFL), "fcntl(F_GETFL) on", kSocket);
  check(::fcntl(fd, F_SETFL, flags & ~O_NONBLOCK), "fcntl(F_SETFL) on", kSocket);
}

SocketPair unix_pair_of(int type) {
  int ends[2];
  check(::socketpair(AF_UNIX, type | SOCK_CLOEXEC, 0, ends), "make", "an AF_UNIX socket pair");
  return {Fd(ends[0]), Fd(ends[1])};
}

Fd tcp_socket() {
  return Fd(
      check(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0), "make", kSocket));
}

}  // namespace

PairListener::PairListener(SocketSettings settings)
    : settings_(std::move(settings)), socket_(tcp_socket()) {
  set_settings(socket_.get(), settings_);
  sockaddr_in wanted{};
  wanted.sin_family = AF_INET;
  wanted.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  const sockaddr* const any_port = reinterpret_cast<const sockaddr*>(&wanted);
  check(::bind(socket_.get(), any_port, sizeof wanted), "bind", kSocket);
  check(::listen(socket_.get(), kBacklog), "listen on", kSocket);
  address_ = address_of(socket_.get(), ::getsockname);
}

SocketPair PairListener::pair(double seconds) {
  const double until = monotonic_seconds() + seconds;
  SocketPair pair;
  pair.first = tcp_socket();
  set_settings(pair.first.get(), settings_);
  const sockaddr* const target = reinterpret_cast<const sockaddr*>(&address_);
  // Over loopback it is done at once, unless the backlog is full: then the SYN was dropped.
  if (::connect(pair.first.get(), target, sizeof address_) != 0 && errno != EINPROGRESS)
    throw_errno("connect", kSocket);
  const sockaddr_in ours = address_of(pair.first.get(), ::getsockname);
  while (!pair.second) {
    wait_readable(socket_.get(), until);
    sockaddr_in theirs{};
    Fd taken = accept_from(socket_.get(), theirs);
    if (taken && same(theirs, ours)) pair.second = std::move(taken);
  }
  if (!same(address_of(pair.first.get(), ::getpeername),
            address_of(pair.second.get(), ::getsockname))) {
    throw_errno("connect to our own end of", kSocket, ECONNREFUSED);
  }
  set_blocking(pair.first.get());
  require_nodelay(pair.first.get());
  require_nodelay(pair.second.get());
  return pair;
}

SocketPair TcpPairs::next() {
  for (int attempt = 1;; ++attempt) {
    try {
      if (!listener_) listener_.emplace(settings_);
      return listener_->pair(kPairSeconds);
    } catch (const std::system_error& error) {
      if (attempt == kMostPairs || error.code().value() != ETIMEDOUT) throw;
      listener_.reset();
    }
  }
}

SocketPair tcp_pair(const SocketSettings& settings) { return TcpPairs(settings).next(); }

SocketPair unix_pair(const SocketSettings& settings) {
  SocketPair pair = unix_pair_of(SOCK_STREAM);
  set_settings(pair.first.get(), settings);
  set_settings(pair.second.get(), settings);
  return pair;
}

SocketPair control_pair() { return unix_pair_of(SOCK_SEQPACKET); }

}  // namespace splicebench
