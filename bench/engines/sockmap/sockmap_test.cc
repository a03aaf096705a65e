// What a sockmap says of bytes that the kernel moves, and when it wakes and looks.

#include <gtest/gtest.h>
#include <linux/sockios.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>

#include <atomic>
#include <cerrno>
#include <chrono>
#include <string>
#include <thread>

#include "bench/testing/awaited.h"
#include "bench/testing/bytes.h"
#include "bench/testing/eventually.h"
#include "bench/testing/sockmap.h"
#include "bench/testing/watched_calls.h"
#include "harness/engine/driver.h"
#include "harness/network/sockets.h"

namespace splicebench {
namespace {

using testing::asked;
using testing::eventually;
using testing::happens;
using testing::Sockmap;

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

TEST_F(Sockmap, LooksSoonAgainAfterItGaveAsMuchAsItTook) {
  std::atomic<long> pause = 0;
  const auto look = [&](const seccomp_notif& call) {
    pause = reinterpret_cast<const itimerspec*>(call.data.args[2])->it_value.tv_nsec;
    return 0;
  };
  testing::while_watched({SYS_timerfd_settime}, look, [&] {
    fill_sink();
    std::uint64_t all = 0;
    // What the reader makes room for comes when the kernel likes.
    EXPECT_TRUE(eventually([&] {
      all += receive(sink_.first, static_cast<std::size_t>(asked(sink_.first, FIONREAD))).size();
      const int there = asked(sink_.second, SIOCOUTQ) + asked(sink_.first, FIONREAD);
      const std::uint64_t given = all + static_cast<std::uint64_t>(there) - out_;
      if (given == 0) return false;
      send_all(source_.first, content(given));
      turn(given);
      return last_.in == given && last_.out == given;
    }));
    EXPECT_GT(last_.left, 0U);
    EXPECT_EQ(last_.ended, Ended::would_block);
    EXPECT_EQ(pause, 50'000);
  });
}

/// Who reads from the same socket wants to hear of it, too.
TEST_F(Sockmap, TakesNoErrorOfASinkThatNothingHappenedTo) {
  std::atomic<int> taken = 0;
  const auto look = [&](const seccomp_notif& call) {
    const bool error = call.data.args[1] == SOL_SOCKET && call.data.args[2] == SO_ERROR;
    if (error && static_cast<int>(call.data.args[0]) == sink_.second.get()) ++taken;
    return 0;
  };
  testing::while_watched({SYS_getsockopt}, look, [&] {
    prepare();
    send_all(sink_.second, "never read");
    testing::wait_for_bytes(sink_.first, 10);
    sink_.first.reset();
    EXPECT_TRUE(happens({sink_.second.get(), POLLHUP}, kPatience));
    turn();
    source_ = tcp_pair();
    fill_sink(&Engine::rebind);
    EXPECT_EQ(taken, 0);

    engine_ = parse_mode("sockmap").make();
    source_ = tcp_pair();
    in_ = out_ = 0;
    fill_sink();
    EXPECT_EQ(taken, 0);
    sink_.first.reset();
    EXPECT_TRUE(eventually([this] {
      turn();
      return last_.ended == Ended::error;
    }));
    EXPECT_GT(taken, 0);
  });
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

}  // namespace
}  // namespace splicebench
