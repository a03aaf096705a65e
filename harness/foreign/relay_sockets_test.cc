#include "harness/foreign/relay_sockets.h"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/socket.h>

#include <cerrno>

#include "harness/foreign/foreign_link.h"
#include "harness/network/listener.h"
#include "harness/network/sockets.h"
#include "harness/system/process.h"
#include "harness/system/spawn.h"

namespace splicebench {
namespace {

TEST(RelaySockets, OfSomebodyElsesRelayTellItsOwnCongestionControl) {
  ForeignRelayPlan plan;
  plan.relay.name = "theirs";
  plan.relay.command =
      fmt::format("python3 '{}' none {{listen}} {{connect}}", SPLICEBENCH_BAD_RELAY);
  plan.guard = SPLICEBENCH_GUARD;
  plan.sockets.congestion = "reno";
  ForeignLink link(plan, monotonic_seconds() + 20);
  EXPECT_EQ(link.congestion(), system_congestion()) << "not what our ends have";
  const PathEnds ends = link.take_ends();
  EXPECT_EQ(congestion_of(ends.writer.get()), "reno");
}

TEST(RelaySockets, OfNobodyElseTellNothing) {
  const SocketPair pair = tcp_pair();
  EXPECT_FALSE(is_other_end_below(::getpid(), pair.first)) << "this process is not below itself";
  EXPECT_EQ(congestion_below(::getpid(), loopback_address(1)), "");
}

TEST(RelaySockets, OfAChildAreFoundOverBothFamilies) {
  for (const char* text : {"127.0.0.1:0", "[::1]:0"}) {
    const Listener listener(parse_address(text, "test"), "the test");
    Fd ours = stream_socket(listener.address());
    ASSERT_TRUE(::connect(ours.get(), listener.address().get(), listener.address().size) == 0 ||
                errno == EINPROGRESS);
    pollfd coming{listener.fd(), POLLIN, 0};
    ASSERT_EQ(::poll(&coming, 1, 5000), 1);
    const Fd theirs(::accept4(listener.fd(), nullptr, nullptr, SOCK_CLOEXEC));
    EXPECT_FALSE(is_other_end_below(::getpid(), theirs)) << text;
    const Child child = spawn({"/bin/sleep", {"60"}, {{ours.get(), 5}}, {}});
    EXPECT_TRUE(is_other_end_below(::getpid(), theirs)) << text;
    EXPECT_FALSE(is_other_end_below(::getpid(), ours)) << text << ": that end is not the child's";
  }
}

TEST(RelaySockets, OfItsNamespaceTellWhetherSomebodyListens) {
  const Listener listener(loopback_address(0), "the test");
  EXPECT_TRUE(somebody_listens(::getpid(), listener.address()));
  const SocketPair pair = tcp_pair();
  EXPECT_FALSE(somebody_listens(::getpid(), local_address(pair.first.get()))) << "it is connected";
}

}  // namespace
}  // namespace splicebench
