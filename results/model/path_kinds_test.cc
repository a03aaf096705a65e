#include "results/model/path_kinds.h"

#include <gtest/gtest.h>

namespace splicebench {
namespace {

TEST(PathKinds, AreReadBackFromTheNameTheyMake) {
  for (const EndKind source : {EndKind::tcp, EndKind::unix_stream, EndKind::file, EndKind::null}) {
    for (const EndKind sink : {EndKind::tcp, EndKind::unix_stream, EndKind::file, EndKind::null}) {
      const PathKinds kinds{source, sink};
      EXPECT_EQ(kinds_of(kinds.name()), kinds) << kinds.name();
    }
  }
  EXPECT_EQ((PathKinds{EndKind::unix_stream, EndKind::file}.name()), "unix-to-file");
}

TEST(PathKinds, OfANameThatIsNoPathAreNone) {
  for (const char* const name : {"", "tcp", "tcp-to-", "-to-tcp", "tcp-to-tcp-to-tcp", "udp-to-tcp",
                                 "tcp-to-TCP", "tcp to tcp"}) {
    EXPECT_FALSE(kinds_of(name)) << name;
  }
}

TEST(PathKinds, OnlySocketsHaveAProcessBehindThem) {
  const PathKinds file_to_tcp{EndKind::file, EndKind::tcp};
  EXPECT_FALSE(file_to_tcp.has_writer());
  EXPECT_TRUE(file_to_tcp.has_reader());
  const PathKinds unix_to_null{EndKind::unix_stream, EndKind::null};
  EXPECT_TRUE(unix_to_null.has_writer());
  EXPECT_FALSE(unix_to_null.has_reader());
}

}  // namespace
}  // namespace splicebench
