#pragma once

// For tests: the loop of a relay of many, turn by turn in the test's own thread, and those at both
// ends of its connections.

#include <gtest/gtest.h>
#include <sys/socket.h>

#include <memory>
#include <string>
#include <vector>

#include "bench/proxy/loop.h"
#include "bench/testing/bytes.h"
#include "bench/testing/eventually.h"
#include "bench/testing/relaying.h"

namespace splicebench {

/// Bytes that a connection may hold each way: the largest buffer of an engine, or a pipe.
inline constexpr std::int64_t kMostHeld = 1 << 20;

/// One end of a connection through the relay, as its owner sees it.
struct Owner {
  Fd fd;
  std::string sent;
  std::string got;
  bool shut = false;  ///< said that no more comes
  bool reset = false;
  bool saw_end = false;
  bool saw_error = false;

  void send(std::size_t size, unsigned seed) {
    if (!fd || shut) return;
    const std::string more = content(size, seed);
    const ssize_t put = ::send(fd.get(), more.data(), more.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
    if (put > 0) sent.append(more, 0, static_cast<std::size_t>(put));
  }

  void receive(std::size_t most) {
    if (!fd || saw_end || saw_error) return;
    std::string part(most, '\0');
    const ssize_t put = ::recv(fd.get(), part.data(), part.size(), MSG_DONTWAIT);
    if (put > 0) got.append(part, 0, static_cast<std::size_t>(put));
    if (put == 0) saw_end = true;
    if (put < 0 && errno != EAGAIN) saw_error = true;
  }

  void end() {
    if (fd && !shut) ::shutdown(fd.get(), SHUT_WR);
    shut = true;
  }

  void break_off() {
    if (!fd) return;
    reset = true;
    close_with_reset(fd);
  }
};

struct Pair {
  Owner client;
  Owner server;

  bool is_broken() const { return client.reset || server.reset; }
};

class ScheduleTest : public ::testing::TestWithParam<std::string> {
 protected:
  ScheduleTest() : target_(loopback_address(0), "target") { start_loop(); }

  void start_loop(double connect_timeout = 60) {
    pairs_.clear();
    RelaySetting setting;
    setting.target = target_.address();
    setting.mode = parse_mode(GetParam());
    setting.connect_timeout = connect_timeout;
    setting.complain = [](const std::string&) {};
    loop_ = std::make_unique<ProxyLoop>(setting);
  }

  void SetUp() override {
    const auto& unavailable = parse_mode(GetParam()).engine->unavailable;
    if (unavailable && !unavailable().empty()) GTEST_SKIP() << unavailable();
  }

  Pair& begin() {
    SocketPair ends = tcp_pair();
    set_nonblocking(ends.second.get());
    loop_->adopt(std::move(ends.second));
    Pair& pair = *pairs_.emplace_back(std::make_unique<Pair>());
    pair.client.fd = std::move(ends.first);
    pair.server.fd = accept_from(target_);
    EXPECT_TRUE(pair.server.fd);
    loop_->turn(0);  // now it is counted
    return pair;
  }

  /// Turns until it is so; false when that takes too long.
  template <typename Condition>
  bool turn_until(Condition condition) {
    return testing::eventually([&] {
      loop_->turn(0);
      return condition();
    });
  }

  /// What the relay says against what the owners of the ends know.
  void check_counts() {
    const ProxyStatistics said = loop_->statistics();
    std::int64_t there = 0;
    std::int64_t back = 0;
    std::int64_t arrived_there = 0;
    std::int64_t arrived_back = 0;
    for (const std::unique_ptr<Pair>& pair : pairs_) {
      there += static_cast<std::int64_t>(pair->client.sent.size());
      back += static_cast<std::int64_t>(pair->server.sent.size());
      arrived_there += static_cast<std::int64_t>(pair->server.got.size());
      arrived_back += static_cast<std::int64_t>(pair->client.got.size());
    }
    const std::int64_t connections = std::ssize(pairs_);
    EXPECT_EQ(said.accepted, connections);
    EXPECT_EQ(said.active + said.finished + said.broken + said.unreachable, connections);
    EXPECT_EQ(loop_->load(), said.active);
    EXPECT_LE(said.to_connect.in, there);
    EXPECT_LE(said.to_connect.out, said.to_connect.in);
    EXPECT_GE(said.to_connect.out, arrived_there);
    EXPECT_LE(said.from_connect.in, back);
    EXPECT_LE(said.from_connect.out, said.from_connect.in);
    EXPECT_GE(said.from_connect.out, arrived_back);
    EXPECT_LE(said.to_connect.in - said.to_connect.out, connections * kMostHeld);
    EXPECT_LE(said.from_connect.in - said.from_connect.out, connections * kMostHeld);
  }

  Listener target_;
  std::unique_ptr<ProxyLoop> loop_;
  std::vector<std::unique_ptr<Pair>> pairs_;
};

}  // namespace splicebench
