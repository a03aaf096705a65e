#include "harness/network/socket_settings.h"

#include <gtest/gtest.h>
#include <sys/socket.h>

#include <system_error>

#include "harness/network/sockets.h"

namespace splicebench {
namespace {

int buffer(const Fd& fd, int option) {
  int value = 0;
  socklen_t size = sizeof value;
  EXPECT_EQ(::getsockopt(fd.get(), SOL_SOCKET, option, &value, &size), 0);
  return value;
}

TEST(SocketSettings, HoldAtBothEndsOfATcpConnection) {
  const SocketPair pair = tcp_pair({"reno", 100000});  // built into every kernel
  for (const Fd* end : {&pair.first, &pair.second}) {
    EXPECT_EQ(congestion_of(end->get()), "reno");
    EXPECT_EQ(buffer(*end, SO_SNDBUF), 200000);
    EXPECT_EQ(buffer(*end, SO_RCVBUF), 200000);
  }
}

TEST(SocketSettings, AreTheSystemsWhereNoneAreAsked) {
  const SocketPair pair = tcp_pair();
  EXPECT_EQ(congestion_of(pair.first.get()), system_congestion());
  EXPECT_EQ(congestion_of(pair.second.get()), system_congestion());
}

TEST(SocketSettings, GiveUnixSocketsTheirBuffersAndNoCongestionControl) {
  const SocketPair pair = unix_pair({"reno", 50000});
  EXPECT_EQ(buffer(pair.first, SO_SNDBUF), 100000);
  EXPECT_EQ(buffer(pair.second, SO_RCVBUF), 100000);
}

TEST(SocketSettings, SayWhyACongestionControlCannotBe) {
  EXPECT_EQ(why_not_congestion("reno"), "");
  EXPECT_NE(why_not_congestion("nosuch").find("'nosuch'"), std::string::npos);
  EXPECT_NE(why_not_congestion("nosuch").find("tcp_available_congestion_control"),
            std::string::npos);
  EXPECT_THROW(tcp_pair({"nosuch"}), std::system_error);
}

TEST(SocketSettings, SmallestBufferIsWhatIsAskedFor) {
  EXPECT_EQ(why_not_buffer(kLeastSocketBuffer), "");
}

}  // namespace
}  // namespace splicebench
