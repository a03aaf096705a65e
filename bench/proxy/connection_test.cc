// One connection of a relay of many by itself: what becomes of bytes and errors that come at once.

#include "bench/proxy/connection.h"

#include <gtest/gtest.h>
#include <poll.h>
#include <sys/epoll.h>
#include <sys/socket.h>

#include <cerrno>

#include "bench/testing/bytes.h"
#include "bench/testing/relaying.h"
#include "harness/testing/scripted_engine.h"

namespace splicebench {
namespace {

TEST(ProxyConnection, ThatIsRefusedHasNothingMoreToDo) {
  const Address nobody = [] { return Listener(loopback_address(0), "target").address(); }();
  EnginePool pool(parse_mode("generic"));
  ProxyStatistics statistics;
  SocketPair client = tcp_pair();
  ProxyConnection connection(std::move(client.second), pool, statistics);
  connection.connect(nobody, 0);
  EXPECT_FALSE(connection.serve()) << "it is not answered yet";
  ASSERT_TRUE(wait_for_event(connection.server().socket, POLLERR));
  connection.server().note(EPOLLIN | EPOLLOUT | EPOLLHUP | EPOLLERR);
  EXPECT_FALSE(connection.serve());
  EXPECT_EQ(connection.state(), ProxyConnection::State::unreachable);
  EXPECT_EQ(connection.error(), ECONNREFUSED);
}

/// As the relay finds it when answer, reset and connect came in one batch of events: also of one
/// that had said before that no more comes.
TEST(ProxyConnection, DeliversAReplyThatAResetFollowsAtOnce) {
  const Listener target(loopback_address(0), "target");
  for (const char* const mode : {"generic", "splice"}) {
    for (const bool has_ended : {false, true}) {
      EnginePool pool(parse_mode(mode));
      ProxyStatistics statistics;
      SocketPair client = tcp_pair();
      set_nonblocking(client.second.get());
      {
        ProxyConnection connection(std::move(client.second), pool, statistics);
        connection.connect(target.address(), 0);
        Fd server = accept_from(target);
        send_all(server, "sorry, too busy");
        if (has_ended) {
          ::shutdown(server.get(), SHUT_WR);
          ASSERT_TRUE(wait_for_event(connection.server().socket, POLLRDHUP));
        }
        close_with_reset(server);
        pollfd gone{connection.server().fd, 0, 0};  // POLLERR needs no asking
        ASSERT_EQ(::poll(&gone, 1, kPatience), 1);
        connection.server().note(EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLHUP | EPOLLERR);
        connection.client().note(EPOLLOUT);
        while (connection.serve()) {
        }
        EXPECT_EQ(connection.state(), ProxyConnection::State::broken);
        EXPECT_EQ(connection.error(), has_ended ? EPIPE : ECONNRESET);
      }
      EXPECT_EQ(receive(client.first, 100), "sorry, too busy!ECONNRESET");
    }
  }
}

/// Of a side that broke, all it said is delivered before the other's words to it fail.
TEST(ProxyConnection, HearsOutASideThatBrokeBeforeItFails) {
  testing::Script script;
  const EngineInfo info = testing::scripted(script);
  const Listener target(loopback_address(0), "target");
  for (const bool is_server : {true, false}) {
    script = {};
    EnginePool pool(Mode{"scripted", &info, {}});
    ProxyStatistics statistics;
    SocketPair client = tcp_pair();
    set_nonblocking(client.second.get());
    ProxyConnection connection(std::move(client.second), pool, statistics);
    connection.connect(target.address(), 0);
    ASSERT_TRUE(wait_for_event(connection.server().socket, POLLOUT));
    for (ProxyEnd* const end : {&connection.client(), &connection.server()})
      end->readable = end->writable = true;
    script.next = {testing::Says::moves(5, 5), testing::Says::moves(3, 3)};
    EXPECT_TRUE(connection.serve()) << "both ways";
    ASSERT_EQ(connection.state(), ProxyConnection::State::open);
    EXPECT_EQ(script.asked.size(), 2U);
    ProxyEnd& broken = is_server ? connection.server() : connection.client();
    broken.error = ECONNRESET;
    for (int i = 0; i < 2; ++i) {
      script.asked.clear();
      script.next = {testing::Says::moves(7, 7)};
      EXPECT_TRUE(connection.serve());
      EXPECT_EQ(script.asked, std::vector{kTurnBytes}) << "of it alone";
    }
    script.next = {testing::Says::blocks(broken.fd, POLLIN)};
    EXPECT_FALSE(connection.serve());
    EXPECT_EQ(connection.state(), ProxyConnection::State::broken);
    EXPECT_EQ(connection.error(), ECONNRESET);
    const DirectionStatistics& from = is_server ? statistics.from_connect : statistics.to_connect;
    EXPECT_EQ(from.in, is_server ? 3 + 14 : 5 + 14);
    EXPECT_EQ(from.out, from.in);
    EXPECT_EQ(from.calls.in, 4);
  }
}

}  // namespace
}  // namespace splicebench
