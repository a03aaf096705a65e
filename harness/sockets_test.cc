#include "harness/sockets.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <gtest/gtest.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

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
