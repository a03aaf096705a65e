#include "harness/network/sockets.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <gtest/gtest.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>

#include <cerrno>
#include <system_error>
#include <vector>

#include "harness/system/process.h"

namespace splicebench {
namespace {

sockaddr_in name_of(const Fd& fd, int (*which)(int, sockaddr*, socklen_t*)) {
  sockaddr_in address{};
  socklen_t size = sizeof address;
  EXPECT_EQ(which(fd.get(), reinterpret_cast<sockaddr*>(&address), &size), 0);
  return address;
}

TEST(TcpPair, IsOneConnectionOnLoopbackWithoutDelay) {
  const SocketPair pair = tcp_pair();
  const sockaddr_in own = name_of(pair.first, ::getsockname);
  const sockaddr_in seen = name_of(pair.second, ::getpeername);
  EXPECT_EQ(own.sin_addr.s_addr, htonl(INADDR_LOOPBACK));
  EXPECT_EQ(own.sin_port, seen.sin_port);
  int nodelay = 0;
  socklen_t size = sizeof nodelay;
  ::getsockopt(pair.second.get(), IPPROTO_TCP, TCP_NODELAY, &nodelay, &size);
  EXPECT_EQ(nodelay, 1);
  EXPECT_EQ(::fcntl(pair.first.get(), F_GETFD), FD_CLOEXEC);
  EXPECT_EQ(::fcntl(pair.second.get(), F_GETFD), FD_CLOEXEC);
}

/// A local stranger's connection to `listener`.
Fd stranger(const PairListener& listener) {
  Fd fd(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  const sockaddr* const target = reinterpret_cast<const sockaddr*>(&listener.address());
  if (::connect(fd.get(), target, sizeof(sockaddr_in)) != 0) {
    EXPECT_EQ(errno, EINPROGRESS);
  }
  return fd;
}

/// What `fd`'s owner sees within a second: true when the other side has closed it.
bool is_dropped(const Fd& fd) {
  pollfd waiting{fd.get(), POLLIN, 0};
  char byte = 0;
  return ::poll(&waiting, 1, 1000) == 1 && ::recv(fd.get(), &byte, 1, 0) <= 0;
}

TEST(PairListener, BindsToLoopbackAlone) {
  const PairListener listener;
  EXPECT_EQ(listener.address().sin_addr.s_addr, htonl(INADDR_LOOPBACK));
  EXPECT_NE(listener.address().sin_port, 0);
}

TEST(PairListener, DropsStrangersWhoCameFirstAndTakesItsOwn) {
  PairListener listener;
  const Fd first = stranger(listener);
  const Fd second = stranger(listener);
  ::send(second.get(), "stray", 5, MSG_NOSIGNAL);
  const SocketPair pair = listener.pair(5);
  EXPECT_TRUE(is_dropped(first));
  EXPECT_TRUE(is_dropped(second));
  ASSERT_EQ(::send(pair.first.get(), "ours", 4, MSG_NOSIGNAL), 4);
  char text[16];
  EXPECT_EQ(::recv(pair.second.get(), text, sizeof text, 0), 4);
  EXPECT_EQ(name_of(pair.first, ::getsockname).sin_port,
            name_of(pair.second, ::getpeername).sin_port);
}

TEST(PairListener, SurvivesAStrangerWhoIsGoneAgain) {
  PairListener listener;
  {
    const Fd gone = stranger(listener);
    const linger reset{1, 0};
    ::setsockopt(gone.get(), SOL_SOCKET, SO_LINGER, &reset, sizeof reset);
  }
  const SocketPair pair = listener.pair(5);
  EXPECT_TRUE(pair.second);
}

TEST(PairListener, GivesUpInTimeWhenStrangersFillTheBacklog) {
  PairListener listener;
  std::vector<Fd> strangers;
  strangers.reserve(64);
  for (int i = 0; i < 64; ++i) strangers.push_back(stranger(listener));
  // With the backlog full our SYN is dropped; it would be sent again only after a second.
  const double begin = monotonic_seconds();
  std::error_code seen;
  try {
    listener.pair(0.2);
  } catch (const std::system_error& error) {
    seen = error.code();
  }
  EXPECT_EQ(seen.value(), ETIMEDOUT) << "0: the backlog took 64 connections";
  EXPECT_GE(monotonic_seconds() - begin, 0.2);
}

TEST(ControlPair, KeepsMessagesApartAndShowsTheEnd) {
  SocketPair pair = control_pair();
  ::send(pair.first.get(), "one", 3, 0);
  ::send(pair.first.get(), "two", 3, 0);
  char text[16];
  EXPECT_EQ(::recv(pair.second.get(), text, sizeof text, 0), 3);
  EXPECT_EQ(::recv(pair.second.get(), text, sizeof text, 0), 3);
  pair.first.reset();
  EXPECT_EQ(::recv(pair.second.get(), text, sizeof text, 0), 0);
}

}  // namespace
}  // namespace splicebench
