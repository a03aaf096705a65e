// An engine with a ring of its own: when it receives, and what is another connection's.

#include <gtest/gtest.h>
#include <sys/socket.h>

#include <cerrno>
#include <memory>
#include <string>

#include "bench/engines/ring/ring.h"
#include "bench/testing/awaited.h"
#include "bench/testing/bytes.h"
#include "harness/engine/driver.h"
#include "harness/network/sockets.h"

namespace splicebench {
namespace {

constexpr std::size_t kEach = 4096;  ///< of a buffer

class UringBuffers : public ::testing::Test {
 protected:
  void SetUp() override {
    if (!why_no_ring().empty()) GTEST_SKIP() << why_no_ring();
    const int small = 1;
    ::setsockopt(sink_.second.get(), SOL_SOCKET, SO_SNDBUF, &small, sizeof small);
    for (const SocketPair* const pair : {&source_, &sink_}) set_nonblocking(pair->second.get());
  }
  void prepare(unsigned buffers) {
    engine_ = parse_mode("uring:buffers=" + std::to_string(buffers) + ",size=4KiB").make();
    engine_->prepare(source_.second.get(), sink_.second.get());
  }
  /// Bytes that are another's, until the sink takes no more of anybody.
  std::size_t fill_sink() {
    std::size_t filled = 0;
    const std::string bytes(100, 'x');
    for (;;) {
      const ssize_t put = ::send(sink_.second.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (put < 0) return filled;
      filled += static_cast<std::size_t>(put);
    }
  }
  /// A few turns: what a single one leaves undone, another does.
  void turn() {
    for (int i = 0; i < 3; ++i) {
      const Outcome outcome = engine_->transfer(kNoLimit);
      EXPECT_EQ(outcome.ended, Ended::would_block);
      in_ += outcome.in;
      out_ += outcome.out;
    }
  }

  SocketPair source_ = unix_pair();
  SocketPair sink_ = unix_pair();
  std::unique_ptr<Engine> engine_;
  std::uint64_t in_ = 0;
  std::uint64_t out_ = 0;
};

TEST_F(UringBuffers, AreReceivedIntoOnceHalfOfThemAreFree) {
  struct Row {
    unsigned buffers;
    unsigned first;  ///< of them, that are sent together
    unsigned then;   ///< taken from the source when these are free again, the others held
  };
  for (const Row& row : {Row{2, 1, 3}, Row{5, 2, 5}, Row{5, 3, 8}}) {
    in_ = out_ = 0;
    const std::size_t others = fill_sink();
    prepare(row.buffers);
    const std::string text = content(16 * kEach);
    send_all(source_.first, text.substr(0, row.first * kEach));
    turn();
    ASSERT_EQ(in_, row.first * kEach);
    send_all(source_.first, text.substr(row.first * kEach));
    turn();
    ASSERT_EQ(in_, row.buffers * kEach);
    ASSERT_EQ(out_, 0U);
    std::string arrived;
    while (out_ == 0) {
      arrived += receive(sink_.first, 100);
      turn();
    }
    EXPECT_EQ(out_, row.first * kEach);
    EXPECT_EQ(in_, row.then * kEach) << row.buffers << " buffers, " << row.first << " free";
    while (out_ < text.size()) {
      arrived += receive(sink_.first, 100);
      turn();
    }
    arrived += receive(sink_.first, others + out_ - arrived.size());
    EXPECT_TRUE(arrived.substr(others) == text);
    EXPECT_EQ(in_, text.size());
  }
}

TEST_F(UringBuffers, ThatAReceiveOfAnotherConnectionHasAreBack) {
  for (const bool is_reset : {false, true}) {
    prepare(2);
    SocketPair old = tcp_pair();
    engine_->rebind(old.second.get(), sink_.second.get());
    turn();
    // Unread bytes make a reset of it.
    if (is_reset) send_all(old.second, "unread");
    if (is_reset) testing::wait_for_bytes(old.first, 6);
    old.first.reset();
    EXPECT_TRUE(wait_for_event(old.second, POLLRDHUP));
    engine_->rebind(source_.second.get(), sink_.second.get());
    ASSERT_EQ(engine_->transfer(10).ended, Ended::would_block);
    const std::string text = content(3 * kEach);
    send_all(source_.first, text);
    EXPECT_EQ(drive(*engine_, source_.second.get(), sink_.second.get(), 10).out, 10U);
    EXPECT_EQ(receive(sink_.first, 10), text.substr(0, 10));
    engine_.reset();
    EXPECT_TRUE(receive(source_.second, text.size() - 10) == text.substr(10));
  }
}

}  // namespace
}  // namespace splicebench
