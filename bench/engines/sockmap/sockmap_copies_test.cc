// What a sockmap says of bytes that it copies, since the kernel does not move them.

#include <gtest/gtest.h>
#include <poll.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/syscall.h>

#include <cerrno>
#include <string>
#include <thread>

#include "bench/testing/awaited.h"
#include "bench/testing/bytes.h"
#include "bench/testing/eventually.h"
#include "bench/testing/refused_calls.h"
#include "bench/testing/sockmap.h"
#include "bench/testing/watched_calls.h"
#include "harness/engine/driver.h"
#include "harness/network/sockets.h"

namespace splicebench {
namespace {

using testing::eventually;
using testing::happens;
using testing::Sockmap;

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

TEST_F(Sockmap, ThatCopiesEndsOnceTheSinkHasTakenAllItHeldAtTheSourcesEnd) {
  SocketSettings small;
  small.buffer = 4096;
  sink_ = tcp_pair(small);
  for (const Fd* const end : {&source_.second, &sink_.second}) set_nonblocking(end->get());
  prepare();
  std::thread([&] {
    testing::refuse_call(SYS_epoll_ctl, ENOSPC);
    engine_->rebind(source_.second.get(), sink_.second.get());
  }).join();
  std::string text;
  EXPECT_TRUE(eventually([&] {
    for (int i = 0; i < 100 && last_.left == 0; ++i) {
      const std::string piece = content(1000, static_cast<unsigned>(i));
      text += piece;
      send_all(source_.first, piece);
      if (!happens({source_.second.get(), POLLIN}, kPatience)) return false;
      turn();
    }
    return last_.left > 0;
  }));
  EXPECT_EQ(in_, text.size());
  source_.first.reset();
  EXPECT_TRUE(happens({source_.second.get(), POLLRDHUP}, kPatience));
  for (int i = 0; i < 3; ++i) {
    turn();
    EXPECT_EQ(last_.ended, Ended::would_block);
    EXPECT_EQ(last_.awaited.fd, sink_.second.get());
  }
  EXPECT_GT(last_.left, 0U);
  EXPECT_EQ(receive(sink_.first, out_), text.substr(0, out_));
  const std::uint64_t before = out_;
  last_ = drive(*engine_, source_.second.get(), sink_.second.get(), kNoLimit);
  EXPECT_EQ(last_.ended, Ended::eof);
  EXPECT_EQ(last_.out, text.size() - before);
  EXPECT_EQ(receive(sink_.first, last_.out), text.substr(before));
}

TEST_F(Sockmap, CopiesTheRestInTheTransferThatTellsWhatWasHandedOn) {
  prepare();
  source_ = tcp_pair();
  set_nonblocking(source_.second.get());
  const auto look = [&](const seccomp_notif& call) {
    if (call.data.args[1] != EPOLL_CTL_ADD) return 0;
    send_all(source_.first, "handed on ");
    EXPECT_EQ(receive(sink_.first, 10), "handed on ");
    return ENOSPC;
  };
  testing::while_watched({SYS_epoll_ctl}, look,
                         [&] { engine_->rebind(source_.second.get(), sink_.second.get()); });
  send_all(source_.first, "and copied");
  EXPECT_TRUE(happens({source_.second.get(), POLLIN}, kPatience));
  turn(20);
  EXPECT_EQ(last_.ended, Ended::limit);
  EXPECT_EQ(in_, 20U);
  EXPECT_EQ(out_, 20U);
  EXPECT_EQ(receive(sink_.first, 10), "and copied");
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
