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
  const PathEnds ends = path_named("tcp-to-tcp").open({"", {"reno", 100000}});
  for (const Fd* end : {&ends.writer, &ends.source, &ends.sink, &ends.reader}) {
    EXPECT_EQ(congestion_of(end->get()), "reno");
    EXPECT_EQ(send_buffer(*end), 200000);
  }
}

TEST(Paths, GiveUnixSocketsBuffersToo) {
  const PathEnds ends = path_named("unix-to-null").open({"", {"reno", 50000}});
  EXPECT_EQ(send_buffer(ends.writer), 100000);
  EXPECT_EQ(send_buffer(ends.source), 100000);
}

TEST(Paths, LeaveTheEndsOfTcpOutWhereTheyAreMadeElsewhere) {
  PathPlace place{::testing::TempDir(), {}, true};
  for (const PathInfo& path : paths()) {
    const PathEnds ends = path.open(place);
    const auto here = [](EndKind kind) { return kind != EndKind::tcp; };
    EXPECT_EQ(static_cast<bool>(ends.source), here(path.kinds.source)) << path.name();
    EXPECT_EQ(static_cast<bool>(ends.sink), here(path.kinds.sink)) << path.name();
    EXPECT_EQ(static_cast<bool>(ends.writer), path.kinds.source == EndKind::unix_stream);
    EXPECT_EQ(static_cast<bool>(ends.reader), path.kinds.sink == EndKind::unix_stream);
    if (!path.open_direct) continue;
    const PathEnds direct = path.open_direct(place);
    EXPECT_EQ(static_cast<bool>(direct.writer), here(path.kinds.sink)) << path.name();
    EXPECT_EQ(static_cast<bool>(direct.reader), here(path.kinds.sink)) << path.name();
  }
}

}  // namespace
}  // namespace splicebench
