// The relay of many connections with real sockets: bytes, ends, resets, back-pressure.

#include <fcntl.h>
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <filesystem>
#include <thread>

#include "bench/testing/relaying.h"
#include "results/testing/temporary_directory.h"

namespace splicebench {
namespace {

INSTANTIATE_TEST_SUITE_P(Modes, ProxyServerTest,
                         ::testing::Values("generic", "splice", "splice:pipe=4KiB"), test_name);

TEST_P(ProxyServerTest, PassesBytesBothWaysAtOnce) {
  begin();
  const std::string there = content(5000000, 1);
  const std::string back = content(5000000, 2);
  std::thread up([&] { send_all(client_, there); });
  std::thread down([&] { send_all(server_, back); });
  std::string got_back;
  std::thread reader([&] { got_back = receive(client_, back.size()); });
  EXPECT_EQ(receive(server_, there.size()), there);
  up.join();
  down.join();
  reader.join();
  EXPECT_EQ(got_back, back);
}

TEST_P(ProxyServerTest, PassesOnTheEndAfterAllBytesAndALateReply) {
  begin();
  const std::string request = content(3000000);
  std::thread up([&] {
    send_all(client_, request);
    ::shutdown(client_.get(), SHUT_WR);
  });
  EXPECT_EQ(receive(server_, request.size() + 1), request);
  up.join();
  std::this_thread::sleep_for(std::chrono::milliseconds(50));
  send_all(server_, "late reply");
  server_.reset();
  EXPECT_EQ(receive(client_, 100), "late reply");
  client_.reset();
  EXPECT_EQ(
      relay_->statistics_when([](const ProxyStatistics& s) { return s.finished == 1; }).broken, 0);
}

TEST_P(ProxyServerTest, PassesOnTheEndOfTheOtherSideFirst) {
  begin();
  send_all(server_, "greeting");
  ::shutdown(server_.get(), SHUT_WR);
  EXPECT_EQ(receive(client_, 100), "greeting");
  send_all(client_, "answer");
  client_.reset();
  EXPECT_EQ(receive(server_, 100), "answer");
}

TEST_P(ProxyServerTest, PassesOnAResetAsAReset) {
  begin();
  send_all(client_, "x");
  EXPECT_EQ(receive(server_, 1), "x");
  close_with_reset(client_);
  EXPECT_EQ(receive(server_, 1), "!ECONNRESET");
  const ProxyStatistics statistics =
      relay_->statistics_when([](const ProxyStatistics& s) { return s.broken == 1; });
  EXPECT_EQ(statistics.broken, 1);
  EXPECT_EQ(statistics.active, 0);
  // Who it was the socket does not say any more.
  EXPECT_EQ(relay_->complaints(),
            "a connection: 1 bytes to connect, 0 back, 0 held: ECONNRESET (Connection reset by "
            "peer)\n");
}

TEST_P(ProxyServerTest, PassesOnAResetOfTheServerAsAReset) {
  begin();
  close_with_reset(server_);
  EXPECT_EQ(receive(client_, 1), "!ECONNRESET");
}

TEST_P(ProxyServerTest, PassesOnAResetWhileTheOtherSideIsStalled) {
  begin();
  ::fcntl(client_.get(), F_SETFL, O_NONBLOCK);
  const std::string much = content(1 << 20);
  while (wait_for_event(client_, POLLOUT, 100)) ::send(client_.get(), much.data(), much.size(), 0);
  close_with_reset(client_);
  const ProxyStatistics statistics =
      relay_->statistics_when([](const ProxyStatistics& s) { return s.broken == 1; });
  EXPECT_EQ(statistics.broken, 1);
}

TEST_P(ProxyServerTest, GivesNoByteOfABrokenConnectionToTheNext) {
  begin();
  ::fcntl(client_.get(), F_SETFL, O_NONBLOCK);
  const std::string much = content(1 << 20);
  const DirectionStatistics stalled =
      relay_
          ->statistics_when([&](const ProxyStatistics& s) {
            while (wait_for_event(client_, POLLOUT, 100))
              ::send(client_.get(), much.data(), much.size(), MSG_NOSIGNAL);
            return s.to_connect.in > s.to_connect.out;
          })
          .to_connect;
  ASSERT_GT(stalled.in, stalled.out) << "the relay holds nothing";
  close_with_reset(client_);
  relay_->statistics_when([](const ProxyStatistics& s) { return s.broken == 1; });
  const Fd next = connect_to(relay_->address());
  const Fd server = accept_from(target_);
  send_all(next, "mine");
  ::shutdown(next.get(), SHUT_WR);
  EXPECT_EQ(receive(server, 100), "mine") << "bytes of another connection";
}

TEST_P(ProxyServerTest, HoldsAStalledReaderBackWithoutWakingOrKeepingMuch) {
  begin();
  ::fcntl(client_.get(), F_SETFL, O_NONBLOCK);
  const std::string much = content(1 << 20);
  std::int64_t sent = 0;
  // Until nothing more can be sent and the relay, which had its turn to report twice, took no more:
  // whatever the kernel still buffered is in.
  const auto now = [&] {
    return relay_->statistics_when([](const ProxyStatistics&) { return true; });
  };
  ProxyStatistics before = now();
  for (;;) {
    if (wait_for_event(client_, POLLOUT, 100)) {
      const ssize_t part = ::send(client_.get(), much.data(), much.size(), MSG_NOSIGNAL);
      if (part > 0) sent += part;
      continue;
    }
    const std::int64_t in = before.to_connect.in;
    before = now();
    if (before.to_connect.in == in) break;
  }
  std::this_thread::sleep_for(std::chrono::milliseconds(300));
  const ProxyStatistics after = now();
  EXPECT_LE(before.to_connect.in - before.to_connect.out, 1 << 20);
  EXPECT_LE(before.to_connect.in, sent);
  EXPECT_EQ(after.to_connect.in, before.to_connect.in);
  EXPECT_LE(after.wakeups - before.wakeups, 5);
  EXPECT_EQ(receive(server_, static_cast<std::size_t>(sent)).size(),
            static_cast<std::size_t>(sent));
}

TEST_P(ProxyServerTest, GetsPastUrgentData) {
  begin();
  send_all(client_, "before");
  ASSERT_EQ(::send(client_.get(), "!", 1, MSG_OOB), 1);
  send_all(client_, "after");
  EXPECT_EQ(receive(server_, 11), "beforeafter");
}

TEST_P(ProxyServerTest, ClosesAConnectionThatTheTargetRefuses) {
  const Address nobody = [] { return Listener(loopback_address(0), "target").address(); }();
  relay_.emplace(GetParam(), ":0", nobody);
  client_ = connect_to(relay_->address());
  EXPECT_EQ(receive(client_, 1), "!ECONNRESET");
  const ProxyStatistics statistics =
      relay_->statistics_when([](const ProxyStatistics& s) { return s.unreachable == 1; });
  EXPECT_EQ(statistics.unreachable, 1);
  EXPECT_EQ(relay_->complaints(),
            fmt::format("cannot connect to {}: ECONNREFUSED (Connection refused)\n",
                        format_address(nobody)));
}

TEST_P(ProxyServerTest, CountsWhatWasSent) {
  const double start = monotonic_seconds();
  begin();
  send_all(client_, content(100000));
  EXPECT_EQ(receive(server_, 100000).size(), 100000U);
  send_all(server_, content(2000));
  EXPECT_EQ(receive(client_, 2000).size(), 2000U);
  const ProxyStatistics statistics =
      relay_->statistics_when([](const ProxyStatistics& s) { return s.from_connect.out == 2000; });
  EXPECT_EQ(statistics.to_connect.in, 100000);
  EXPECT_EQ(statistics.to_connect.out, 100000);
  EXPECT_EQ(statistics.from_connect.in, 2000);
  EXPECT_EQ(statistics.accepted, 1);
  EXPECT_EQ(statistics.active, 1);
  EXPECT_GT(statistics.to_connect.calls.in, 0);
  EXPECT_GT(statistics.to_connect.calls.out, 0);
  EXPECT_GT(statistics.seconds, 0);
  EXPECT_LT(statistics.seconds, monotonic_seconds() - start);
}

TEST(ProxyServer, RelaysBetweenUnixSocketsAndRemovesItsFile) {
  const TemporaryDirectory directory;
  const std::filesystem::path front = directory.path() / "front";
  Listener target(parse_address(fmt::format("unix:@splicebench-test-{}", ::getpid()), "target"),
                  "target");
  {
    Relaying relay("splice", "unix:" + front.string(), target.address());
    Fd client = connect_to(relay.address());
    const Fd server = accept_from(target);
    send_all(client, "over unix sockets");
    client.reset();
    EXPECT_EQ(receive(server, 100), "over unix sockets");
    EXPECT_TRUE(std::filesystem::exists(front));
  }
  EXPECT_FALSE(std::filesystem::exists(front));
}

TEST(ProxyServer, WaitsForAUnixTargetWhoseQueueIsFull) {
  const Address address =
      parse_address(fmt::format("unix:@splicebench-full-{}", ::getpid()), "target");
  const Fd target = stream_socket(address);
  ASSERT_EQ(::bind(target.get(), address.get(), address.size), 0);
  ASSERT_EQ(::listen(target.get(), 0), 0);
  Relaying relay("generic", ":0", address);
  std::vector<Fd> clients;
  for (int i = 0; i < 5; ++i) {
    clients.push_back(connect_to(relay.address()));
    send_all(clients.back(), "x");
  }
  std::string got;
  std::vector<Fd> servers;
  for (int i = 0; i < 5; ++i) {
    ASSERT_TRUE(wait_for_event(target, POLLIN));
    servers.emplace_back(::accept4(target.get(), nullptr, nullptr, SOCK_CLOEXEC));
    got += receive(servers.back(), 1);
  }
  EXPECT_EQ(got, "xxxxx");
}

TEST(ProxyLoop, DoesNotTimeAConnectionOutThatOpensInTheSameTurn) {
  const Listener target(loopback_address(0), "target");
  RelaySetting setting;
  setting.target = target.address();
  setting.mode = parse_mode("generic");
  setting.connect_timeout = 0.02;
  std::string complaints;
  setting.complain = [&](const std::string& line) { complaints += line; };
  ProxyLoop loop(setting);
  SocketPair client = tcp_pair();
  set_nonblocking(client.second.get());
  loop.adopt(std::move(client.second));
  const Fd server = accept_from(target);
  std::this_thread::sleep_for(std::chrono::milliseconds(60));
  loop.turn(0);
  EXPECT_EQ(loop.statistics().unreachable, 0) << complaints;
  EXPECT_EQ(loop.load(), 1);
}

}  // namespace
}  // namespace splicebench
