#pragma once

// For tests: flows that have one ring together, turn by turn.

#include <gtest/gtest.h>
#include <sys/eventfd.h>
#include <sys/socket.h>

#include <chrono>
#include <csignal>
#include <memory>
#include <string>
#include <vector>

#include "bench/testing/bytes.h"
#include "harness/engine/driver.h"
#include "harness/engine/engine_host.h"
#include "harness/network/sockets.h"
#include "harness/system/sys.h"

namespace splicebench {

inline constexpr std::uint64_t kMuch = 1 << 30;
inline constexpr std::int64_t kSmallBuffer = 16 << 10;

struct HostedFlow {
  /// `buffer` of the sink: see SocketSettings.
  explicit HostedFlow(std::int64_t buffer = 0)
      : sink(tcp_pair({.congestion = {}, .buffer = buffer})) {}

  SocketPair source = tcp_pair();
  SocketPair sink;
  std::unique_ptr<Engine> engine = nullptr;
  Outcome last = {};
  std::uint64_t room = 0;  ///< that it may still take
  std::uint64_t in = 0;
  std::uint64_t out = 0;

  void turn() {
    last = engine->transfer(room);
    in += last.in;
    out += last.out;
    EXPECT_LE(last.in, room);
    room -= last.in;
    EXPECT_EQ(in, out + last.left);
  }
};

class HostedFlows : public ::testing::TestWithParam<std::string> {
 protected:
  void SetUp() override {
    ::signal(SIGPIPE, SIG_IGN);
    const Mode mode = parse_mode(GetParam());
    if (!mode.engine->why_unavailable().empty()) GTEST_SKIP() << mode.engine->why_unavailable();
    host_ = mode.engine->make_host(mode.values);
    ASSERT_NE(host_, nullptr);
  }

  void begin(HostedFlow& flow) {
    set_nonblocking(flow.source.second.get());
    set_nonblocking(flow.sink.second.get());
    flow.engine = host_->make();
    flow.engine->prepare(flow.source.second.get(), flow.sink.second.get());
  }
  bool wait(int milliseconds = 0) { return host_->wait(other_.get(), milliseconds); }
  /// One turn of each that is told of within a millisecond.
  void serve() {
    wait(1);
    while (void* const told = host_->next()) {
      HostedFlow& flow = *static_cast<HostedFlow*>(told);
      flow.turn();
      if (flow.last.ended == Ended::would_block) flow.engine->tell(&flow);
    }
  }
  /// Turns until that is so; false: it never is.
  template <typename Condition>
  bool serve_until(Condition condition) {
    const auto end = std::chrono::steady_clock::now() + std::chrono::milliseconds(kPatience);
    while (std::chrono::steady_clock::now() < end) {
      serve();
      if (condition()) return true;
    }
    return false;
  }
  /// It may take so much from now on, and has its first turn.
  void ask(HostedFlow& flow, std::uint64_t limit) {
    flow.room = limit;
    flow.turn();
    ASSERT_EQ(flow.last.ended, Ended::would_block);
    EXPECT_TRUE(flow.engine->tell(&flow));
  }
  /// At most `limit` bytes: until it says other than that it waits.
  void finish(HostedFlow& flow, std::uint64_t limit) {
    ask(flow, limit);
    EXPECT_TRUE(serve_until([&] { return flow.last.ended != Ended::would_block; }));
  }
  /// Sends more than its sink with a small buffer will ever take; then it holds bytes.
  void block(HostedFlow& flow) {
    set_nonblocking(flow.source.first.get());
    ask(flow, kMuch);
    const std::string much = content(1 << 18);
    int quiet = 0;
    std::uint64_t before = 0;
    EXPECT_TRUE(serve_until([&] {
      const ssize_t sent = ::send(flow.source.first.get(), much.data(), much.size(), MSG_NOSIGNAL);
      quiet = sent > 0 || flow.in + flow.out > before ? 0 : quiet + 1;
      before = flow.in + flow.out;
      return quiet > 5;
    }));
    EXPECT_TRUE(serve_until([&] {
      flow.turn();
      return flow.last.left > 0;
    }));
  }

  const Fd other_{::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)};
  std::unique_ptr<EngineHost> host_;
};

inline const std::vector<std::string> kHostedModes = {"uring:buffers=2,size=4KiB",
                                                      "uring:bundle,buffers=4,size=4KiB",
                                                      "uring:zc,buffers=2,size=4KiB"};

}  // namespace splicebench
