#include "bench/paths/paths.h"

#include <gtest/gtest.h>
#include <sys/socket.h>

#include <string>

namespace splicebench {
namespace {

int send_buffer(const Fd& fd) {
  int value = 0;
  socklen_t size = sizeof value;
  EXPECT_EQ(::getsockopt(fd.get(), SOL_SOCKET, SO_SNDBUF, &value, &size), 0);
  return value;
}

// The kernel doubles the size that is asked for (socket(7)); reno is built into every kernel.

TEST(Paths, GiveAllFourEndsOfTcpToTcpTheSettingsOfTheirPlace) {
  const PathEnds ends = path_named("tcp-to-tcp").open({"", nullptr, {"reno", 100000}});
  for (const Fd* end : {&ends.writer, &ends.source, &ends.sink, &ends.reader}) {
    EXPECT_EQ(congestion_of(end->get()), "reno");
    EXPECT_EQ(send_buffer(*end), 200000);
  }
}

TEST(Paths, GiveUnixSocketsBuffersToo) {
  const PathEnds ends = path_named("unix-to-null").open({"", nullptr, {"reno", 50000}});
  EXPECT_EQ(send_buffer(ends.writer), 100000);
  EXPECT_EQ(send_buffer(ends.source), 100000);
}

}  // namespace
}  // namespace splicebench
