// What a sockmap says of bytes that the kernel moves, and when it wakes and looks.

#include <gtest/gtest.h>
#include <linux/sockios.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>

#include <cerrno>
#include <chrono>
#include <csignal>
#include <string>
#include <thread>

#include "bench/testing/awaited.h"
#include "bench/testing/bytes.h"
#include "bench/testing/eventually.h"
#include "bench/testing/refused_calls.h"
#include "harness/engine/driver.h"
#include "harness/network/sockets.h"

namespace splicebench {
namespace {

using testing::eventually;
using testing::happens;

int asked(const Fd& socket, unsigned long what) {
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
  void turn() {
    last_ = engine_->transfer(kNoLimit);
    in_ += last_.in;
    out_ += last_.out;
    EXPECT_EQ(in_, out_ + last_.left);
  }

  /// Hands on until its reader, who reads nothing, has the sink's queue take nothing more.
  void fill_sink() {
    SocketSettings small;
    small.buffer = 4096;
    sink_ = tcp_pair(small);
    // Of what others sent on it nothing is told.
    send_all(sink_.second, "before");
    EXPECT_EQ(receive(sink_.first, 6), "before");
    prepare();
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

TEST_F(Sockmap, LeavesToAPairWhatComesAfterItWentOnToAnotherOrEnded) {
  prepare();
  // To one that cannot be redirected to, and so takes nobody's place.
  const SocketPair other = unix_pair();
  engine_->rebind(other.first.get(), other.second.get());
  EXPECT_EQ(engine_->calls().fallback, 1);
  send_all(source_.first, "still here");
  EXPECT_EQ(receive(source_.second, 10), "still here");
  engine_->rebind(source_.second.get(), sink_.second.get());
  engine_.reset();
  send_all(source_.first, "and here");
  EXPECT_EQ(receive(source_.second, 8), "and here");
}

TEST_F(Sockmap, TellsAsDeliveredWhatTheSinkHasWhoeverReadsIt) {
  SocketSettings small;
  small.buffer = 4096;
  sink_ = tcp_pair(small);
  const int large = 4 << 20;
  ::setsockopt(sink_.second.get(), SOL_SOCKET, SO_SNDBUFFORCE, &large, sizeof large);
  prepare();
  const std::string text = content(100000);
  send_all(source_.first, text);
  const Outcome outcome = drive(*engine_, source_.second.get(), sink_.second.get(), text.size());
  EXPECT_EQ(outcome.ended, Ended::limit);
  EXPECT_EQ(outcome.out, text.size());
  EXPECT_EQ(receive(sink_.first, text.size()), text);
}

TEST_F(Sockmap, TellsNothingAsDeliveredThatOthersSent) {
  prepare();
  send_all(sink_.second, "others");
  EXPECT_EQ(receive(sink_.first, 6), "others");
  turn();
  EXPECT_EQ(last_.ended, Ended::would_block);
  EXPECT_EQ(in_ + out_, 0U);
}

TEST_F(Sockmap, LooksAfterShorterPausesAtFirstAndNeverLongOnes) {
  fill_sink();
  source_.first.reset();
  std::chrono::steady_clock::time_point begun;
  // What the kernel still has to say of both comes first.
  for (int unchanged = 0; unchanged < 13;) {
    turn();
    ASSERT_EQ(last_.ended, Ended::would_block);
    if (unchanged == 8) begun = std::chrono::steady_clock::now();
    ASSERT_TRUE(happens(last_.awaited, kPatience));
    unchanged = last_.in + last_.out == 0 ? unchanged + 1 : 0;
  }
  // Each of 20 ms, and no timer ends early.
  EXPECT_GE(std::chrono::steady_clock::now() - begun, std::chrono::milliseconds(95));
  const int large = 4 << 20;
  ::setsockopt(sink_.first.get(), SOL_SOCKET, SO_RCVBUFFORCE, &large, sizeof large);
  EXPECT_EQ(receive(sink_.first, 500000), content(500000));
  EXPECT_EQ(drive(*engine_, source_.second.get(), sink_.second.get(), kNoLimit).ended, Ended::eof);
}

TEST_F(Sockmap, FailsByASinkThatDiedWhoeverTookItsError) {
  fill_sink();
  sink_.first.reset();
  EXPECT_TRUE(eventually([this] {
    pollfd state{sink_.second.get(), 0, 0};
    return ::poll(&state, 1, 0) > 0 && (state.revents & POLLHUP) != 0;
  }));
  int error = 0;
  socklen_t size = sizeof error;
  ::getsockopt(sink_.second.get(), SOL_SOCKET, SO_ERROR, &error, &size);
  EXPECT_TRUE(eventually([this] {
    turn();
    return last_.ended != Ended::would_block;
  }));
  EXPECT_EQ(last_.ended, Ended::error);
  EXPECT_EQ(last_.side, Side::sink);
  EXPECT_EQ(last_.error, EPIPE);
}

TEST_F(Sockmap, IsWokenByEachByteHoweverOftenItWasWokenBefore) {
  prepare();
  // More than the page holds by which the kernel tells it.
  for (int i = 0; i < 300; ++i) {
    const Outcome outcome = engine_->transfer(1);
    ASSERT_EQ(outcome.ended, Ended::would_block);
    send_all(source_.first, "x");
    ASSERT_TRUE(happens(outcome.awaited, kPatience)) << i;
    ASSERT_EQ(drive(*engine_, source_.second.get(), sink_.second.get(), 1).out, 1U);
  }
  EXPECT_EQ(receive(sink_.first, 300), std::string(300, 'x'));
}

/// Nothing of what comes then goes by the kernel.
TEST_F(Sockmap, CopiesWhereItCannotBeToldOfEnds) {
  prepare();
  const SocketPair source = tcp_pair();
  set_nonblocking(source.second.get());
  std::thread([&] {
    testing::refuse_call(SYS_epoll_ctl, ENOSPC);
    engine_->rebind(source.second.get(), sink_.second.get());
  }).join();
  EXPECT_EQ(engine_->calls().fallback, 1);
  const std::string text = content(20000);
  for (int i = 0; i < 2; ++i) {
    send_all(source.first, text);
    const Outcome outcome = drive(*engine_, source.second.get(), sink_.second.get(), text.size());
    EXPECT_EQ(outcome.ended, Ended::limit);
    EXPECT_EQ(outcome.in, text.size());
    EXPECT_EQ(outcome.out, text.size());
    EXPECT_EQ(receive(sink_.first, text.size()), text);
  }
  turn();
  EXPECT_EQ(last_.ended, Ended::would_block);
  EXPECT_EQ(last_.awaited.fd, source.second.get());
}

TEST_F(Sockmap, ThatCopiesHoldsWhatTheSinkDoesNotTake) {
  const SocketPair sink = unix_pair();
  for (const Fd* const end :
       std::initializer_list<const Fd*>{&source_.first, &source_.second, &sink.second})
    set_nonblocking(end->get());
  engine_->prepare(source_.second.get(), sink.second.get());
  const std::string text = content(1 << 20);
  EXPECT_TRUE(eventually([&] {
    ::send(source_.first.get(), text.data(), text.size(), MSG_NOSIGNAL);
    turn();
    return last_.left > 0;
  }));
  EXPECT_EQ(last_.ended, Ended::would_block);
  EXPECT_EQ(last_.awaited.fd, sink.second.get());
}

}  // namespace
}  // namespace splicebench
