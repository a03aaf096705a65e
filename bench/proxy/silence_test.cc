// What the relay does about those who say nothing, and about ends that say too little.

#include <gtest/gtest.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include "bench/testing/relaying.h"
#include "results/testing/temporary_directory.h"

namespace splicebench {
namespace {

/// Seconds of silence after which the relay's socket whose other end is `peer` asks; 0: never. It
/// holds nothing back for more to come.
int keepalive_towards(const Address& peer) {
  for (int fd = 3; fd < 256; ++fd) {
    const std::optional<Address> other = peer_address(fd);
    if (!other || format_address(*other) != format_address(peer)) continue;
    int at_once = 0;
    socklen_t one = sizeof at_once;
    EXPECT_EQ(::getsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &at_once, &one), 0);
    EXPECT_EQ(at_once, 1) << format_address(peer);
    int on = 0;
    int idle = 0;
    socklen_t size = sizeof on;
    EXPECT_EQ(::getsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &on, &size), 0);
    EXPECT_EQ(::getsockopt(fd, IPPROTO_TCP, TCP_KEEPIDLE, &idle, &size), 0);
    return on == 0 ? 0 : idle;
  }
  ADD_FAILURE() << "no socket is connected to " << format_address(peer);
  return -1;
}

TEST(ProxyServer, CountsEndsOfUnixSocketsThatOnlyLookOrderly) {
  const TemporaryDirectory directory;
  Listener target(loopback_address(0), "target");
  Relaying relay("splice", "unix:" + (directory.path() / "front").string(), target.address());
  const Fd client = connect_to(relay.address());
  Fd server = accept_from(target);
  send_all(server, "half a rep");
  EXPECT_EQ(receive(client, 10), "half a rep");
  close_with_reset(server);
  EXPECT_EQ(receive(client, 1), "") << "the client sees an orderly end";
  EXPECT_EQ(relay.statistics_when([](const ProxyStatistics& s) { return s.broken == 1; }).silent,
            1);
  // Nobody is there to be misled when it is the client who left.
  Fd leaver = connect_to(relay.address());
  Fd other = accept_from(target);
  leaver.reset();
  EXPECT_EQ(receive(other, 1), "");
  close_with_reset(other);
  EXPECT_EQ(relay.end().silent, 1);
}

TEST(ProxyServer, AsksSilentOnesAtBothEndsWhetherTheyAreThere) {
  for (const double seconds : {300.0, 0.2, 0.0}) {
    Listener target(loopback_address(0), "target");
    Relaying relay("splice", ":0", target.address(), 1, 2, seconds);
    const Fd client = connect_to(relay.address());
    const Fd server = accept_from(target);
    send_all(client, "x");
    EXPECT_EQ(receive(server, 1), "x");
    const int expected = seconds == 300 ? 300 : seconds > 0 ? 1 : 0;
    // The test's own sockets have other peers: the relay's.
    EXPECT_EQ(keepalive_towards(local_address(client.get())), expected);
    EXPECT_EQ(keepalive_towards(target.address()), expected);
  }
}

TEST(ProxyServer, CountsNoEndAsSilentThatWasOne) {
  const TemporaryDirectory directory;
  Listener target(loopback_address(0), "target");
  Relaying relay("splice", "unix:" + (directory.path() / "front").string(), target.address());
  const Fd client = connect_to(relay.address());
  Fd server = accept_from(target);
  send_all(server, "all of it");
  ::shutdown(server.get(), SHUT_WR);
  EXPECT_EQ(receive(client, 10), "all of it") << "and its end";
  close_with_reset(server);
  send_all(client, "x");
  EXPECT_EQ(relay.statistics_when([](const ProxyStatistics& s) { return s.broken == 1; }).silent,
            0);
}

TEST(ProxyServer, CountsAsSilentWhatLooksOrderlyToOneThatSaysNoMore) {
  const TemporaryDirectory directory;
  Listener target(loopback_address(0), "target");
  Relaying relay("splice", "unix:" + (directory.path() / "front").string(), target.address());
  const Fd client = connect_to(relay.address());
  Fd server = accept_from(target);
  send_all(client, "all I say");
  ::shutdown(client.get(), SHUT_WR);
  EXPECT_EQ(receive(server, 10), "all I say");
  close_with_reset(server);
  EXPECT_EQ(receive(client, 1), "");
  EXPECT_EQ(relay.statistics_when([](const ProxyStatistics& s) { return s.broken == 1; }).silent,
            1);
}

TEST(ProxyServer, CountsAUnixTargetThatSeesAnEndWhereThereWasNone) {
  const TemporaryDirectory directory;
  Listener target(parse_address("unix:" + (directory.path() / "back").string(), "target"),
                  "target");
  Relaying relay("splice", ":0", target.address());
  Fd client = connect_to(relay.address());
  const Fd server = accept_from(target);
  send_all(client, "half a requ");
  EXPECT_EQ(receive(server, 11), "half a requ");
  close_with_reset(client);
  EXPECT_EQ(receive(server, 1), "");
  EXPECT_EQ(relay.statistics_when([](const ProxyStatistics& s) { return s.broken == 1; }).silent,
            1);
}

}  // namespace
}  // namespace splicebench
