#pragma once

// For tests: a sockmap between two pairs of sockets.

#include <gtest/gtest.h>
#include <linux/sockios.h>
#include <sys/ioctl.h>

#include <csignal>
#include <cstdint>
#include <memory>
#include <string>

#include "bench/testing/bytes.h"
#include "bench/testing/eventually.h"
#include "harness/engine/driver.h"
#include "harness/network/sockets.h"
#include "results/files/fd.h"

namespace splicebench::testing {

/// A number of bytes by ioctl(2).
inline int asked(const Fd& socket, unsigned long what) {
  int bytes = 0;
  EXPECT_EQ(::ioctl(socket.get(), what, &bytes), 0);
  return bytes;
}

class Sockmap : public ::testing::Test {
 protected:
  void SetUp() override {
    ::signal(SIGPIPE, SIG_IGN);
    const Mode mode = parse_mode("sockmap");
    if (!mode.engine->unavailable().empty()) GTEST_SKIP() << mode.engine->unavailable();
    engine_ = mode.make();
  }
  void prepare() { engine_->prepare(source_.second.get(), sink_.second.get()); }
  void turn(std::uint64_t limit = kNoLimit) {
    last_ = engine_->transfer(limit);
    in_ += last_.in;
    out_ += last_.out;
    EXPECT_EQ(in_, out_ + last_.left);
  }

  /// Hands on until its reader, who reads nothing, has the sink's queue take nothing more.
  void fill_sink(void (Engine::*begin)(int, int) = &Engine::prepare) {
    SocketSettings small;
    small.buffer = 4096;
    sink_ = tcp_pair(small);
    // Of what others sent on it nothing is told.
    send_all(sink_.second, "before");
    EXPECT_EQ(receive(sink_.first, 6), "before");
    (*engine_.*begin)(source_.second.get(), sink_.second.get());
    const std::string text = content(500000);
    send_all(source_.first, text);
    EXPECT_TRUE(eventually([&] {
      turn();
      const int there = asked(sink_.second, SIOCOUTQ) + asked(sink_.first, FIONREAD);
      return in_ == text.size() && out_ == static_cast<std::uint64_t>(there);
    })) << out_
        << " told of " << asked(sink_.second, SIOCOUTQ) + asked(sink_.first, FIONREAD);
    EXPECT_GT(last_.left, 0U);
  }

  std::unique_ptr<Engine> engine_;
  SocketPair source_ = tcp_pair();
  SocketPair sink_ = tcp_pair();
  Outcome last_;
  std::uint64_t in_ = 0;
  std::uint64_t out_ = 0;
};

}  // namespace splicebench::testing
