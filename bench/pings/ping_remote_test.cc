#include "bench/pings/ping_remote.h"

#include <gtest/gtest.h>
#include <sys/socket.h>

#include "bench/matrix/conditions.h"
#include "harness/network/listener.h"

namespace splicebench {
namespace {

TEST(PingRemote, ConnectsUnderTheConditionsOfTheRow) {
  const Listener server(parse_address("127.0.0.1:0", "test"), "test");
  Row row{"tcp-to-tcp", 1024};
  row.conditions[ConditionKind::congestion].value = "reno";
  row.conditions[ConditionKind::socket_buffer].value = "16KiB";
  RunOptions options;
  const std::vector<PingJob> jobs =
      remote_jobs(options, {}, {row}, "here=" + format_address(server.address()));
  ASSERT_EQ(jobs.size(), 1U);
  const PingEnds ends = jobs.front().plan.open();
  EXPECT_EQ(congestion_of(ends.client.get()), "reno");
  int buffer = 0;
  socklen_t size = sizeof buffer;
  ASSERT_EQ(::getsockopt(ends.client.get(), SOL_SOCKET, SO_SNDBUF, &buffer, &size), 0);
  EXPECT_EQ(buffer, 2 * 16384) << "the kernel doubles it";
}

}  // namespace
}  // namespace splicebench
