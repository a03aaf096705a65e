// Which buffers are whose, and what is counted, where the kernel sends from the engine's memory.

#include <fcntl.h>
#include <gtest/gtest.h>
#include <linux/net_tstamp.h>
#include <poll.h>
#include <sys/socket.h>

#include <filesystem>
#include <utility>
#include <vector>

#include "bench/engines/sends_in_flight.h"
#include "bench/testing/awaited.h"
#include "bench/testing/bytes.h"
#include "bench/testing/eventually.h"
#include "harness/engine/driver.h"
#include "harness/engine/engine.h"
#include "harness/network/address.h"
#include "harness/network/listener.h"
#include "harness/network/sockets.h"

namespace splicebench {
namespace {

TEST(SendsInFlight, OfASocketThatWasSentFromBeforeAreFreeOnlyTogether) {
  SendsInFlight sends(2, 8);
  for (int i = 0; i < 2; ++i) {
    const unsigned buffer = sends.take();
    sends.sent_from(buffer);
    sends.let_go(buffer);
  }
  EXPECT_FALSE(sends.has_free());
  sends.told(71, 71);  // of 70 and 71, or of 71 and 72
  EXPECT_FALSE(sends.has_free());
  EXPECT_EQ(sends.untold(), 1U);
  sends.told(70, 70);
  sends.take();
  EXPECT_TRUE(sends.has_free());
}

TEST(SendsInFlight, AreFreeOneByOneInAnyOrderOnceTheirNumbersAreKnown) {
  SendsInFlight sends(3, 8);
  const auto send = [&sends] {
    const unsigned buffer = sends.take();
    sends.sent_from(buffer);
    sends.let_go(buffer);
    return buffer;
  };
  send();
  sends.told(~0U, ~0U);  // the last number: the next is 0
  send();
  const unsigned second = send();
  send();
  EXPECT_FALSE(sends.has_free());
  sends.told(1, 1);
  ASSERT_TRUE(sends.has_free());
  EXPECT_EQ(sends.take(), second);
  EXPECT_FALSE(sends.has_free());
}

TEST(SendsInFlight, ABufferIsFreeWhenAllItsSendsAreTold) {
  SendsInFlight sends(1, 8);
  sends.sent_from(sends.take());
  sends.told(0, 0);
  sends.sent_from(0);
  sends.let_go(0);
  EXPECT_FALSE(sends.has_free());
  sends.told(1, 1);
  EXPECT_TRUE(sends.has_free());
}

TEST(SendsInFlight, OfAnotherSocketBeginWithEachBufferFreeOnce) {
  SendsInFlight sends(2, 8);
  sends.sent_from(sends.take());
  sends.forget();
  EXPECT_EQ(sends.untold(), 0U);
  EXPECT_NE(sends.take(), sends.take());
  EXPECT_FALSE(sends.has_free());
}

TEST(SendsInFlight, HaveNoRoomWhileTheOldestIsNotTold) {
  SendsInFlight sends(1, 2);
  const unsigned buffer = sends.take();
  sends.sent_from(buffer);
  sends.told(5, 5);
  sends.sent_from(buffer);
  sends.sent_from(buffer);
  EXPECT_FALSE(sends.has_room());
  sends.told(7, 7);
  EXPECT_FALSE(sends.has_room());
  sends.told(6, 6);
  EXPECT_TRUE(sends.has_room());
}

/// Calls of an engine that took a text from one socket to another, content checked.
Calls calls_between(const std::string& mode, const SocketPair& source, SocketPair sink) {
  const std::string text = content(100000);
  const std::unique_ptr<Engine> engine = parse_mode(mode).make();
  engine->prepare(source.second.get(), sink.second.get());
  send_all(source.first, text);
  EXPECT_EQ(drive(*engine, source.second.get(), sink.second.get(), text.size()).out, text.size());
  EXPECT_EQ(receive(sink.first, text.size()), text);
  // What the kernel says of the last sends.
  send_all(source.first, "x");
  EXPECT_EQ(drive(*engine, source.second.get(), sink.second.get(), 1).out, 1U);
  return engine->calls();
}

class WithoutCopyTest : public ::testing::TestWithParam<std::string> {
 protected:
  void SetUp() override {
    const EngineInfo& engine = *parse_mode(GetParam()).engine;
    const std::string reason = engine.unavailable ? engine.unavailable() : "";
    if (!reason.empty()) GTEST_SKIP() << reason;
  }
};

INSTANTIATE_TEST_SUITE_P(Engines, WithoutCopyTest, ::testing::Values("zerocopy", "uring:zc"),
                         test_name);

TEST_P(WithoutCopyTest, TheKernelsReportIsCounted) {
  const Calls calls = calls_between(GetParam(), tcp_pair(), tcp_pair());
  EXPECT_GT(calls.copied + calls.uncopied, 0);
  EXPECT_EQ(calls.fallback, 0);
}

TEST_P(WithoutCopyTest, TheKernelsReportIsCountedByIpv6Too) {
  if (!std::filesystem::exists("/proc/net/if_inet6")) GTEST_SKIP() << "no IPv6 here";
  const Listener listener(parse_address("[::1]:0", "test"), "test");
  SocketPair sink;
  sink.second = stream_socket(listener.address());
  ::fcntl(sink.second.get(), F_SETFL, 0);
  const Address& address = listener.address();
  ASSERT_EQ(::connect(sink.second.get(), address.get(), address.size), 0);
  ASSERT_TRUE(wait_for_event(sink.second, POLLOUT));
  sink.first = Fd(::accept4(listener.fd(), nullptr, nullptr, SOCK_CLOEXEC));
  ASSERT_TRUE(sink.first);
  const Calls calls = calls_between(GetParam(), tcp_pair(), std::move(sink));
  EXPECT_GT(calls.copied + calls.uncopied, 0);
  EXPECT_EQ(calls.fallback, 0);
}

TEST_P(WithoutCopyTest, ASinkThatRefusesItIsCopiedTo) {
  const Calls calls = calls_between(GetParam(), tcp_pair(), unix_pair());
  EXPECT_EQ(calls.copied + calls.uncopied, 0);
  EXPECT_EQ(calls.fallback, 1);
}

/// Of whose sink the reader takes little, and the sender's queue much.
SocketPair slow_pair() {
  SocketPair pair = tcp_pair();
  const int small = 4096;
  ::setsockopt(pair.first.get(), SOL_SOCKET, SO_RCVBUF, &small, sizeof small);
  const int large = 4 << 20;
  ::setsockopt(pair.second.get(), SOL_SOCKET, SO_SNDBUFFORCE, &large, sizeof large);
  return pair;
}

/// From now on its reader takes all that comes.
void take_more(const SocketPair& pair) {
  const int large = 4 << 20;
  ::setsockopt(pair.first.get(), SOL_SOCKET, SO_RCVBUFFORCE, &large, sizeof large);
}

using testing::wait_for_bytes;

void pass(Engine& engine, const SocketPair& source, const SocketPair& sink,
          const std::string& text) {
  for (std::size_t at = 0; at < text.size(); at += 3000) {
    const std::string part = text.substr(at, 3000);
    send_all(source.first, part);
    wait_for_bytes(source.second, part.size());  // a read of all of it
    ASSERT_EQ(drive(engine, source.second.get(), sink.second.get(), part.size()).out, part.size());
  }
}

TEST_P(WithoutCopyTest, WhatTheKernelStillSendsStaysAsItIs) {
  const std::string text = content(12000, 1);
  const std::string other = content(12000, 2);
  const SocketPair source = tcp_pair();
  const SocketPair sinks[] = {slow_pair(), slow_pair(), slow_pair()};
  const std::unique_ptr<Engine> engine =
      parse_mode(GetParam() + std::string(GetParam() == "zerocopy" ? ":buffers=64,size=3000"
                                                                   : ",buffers=64,size=3000"))
          .make();
  engine->prepare(source.second.get(), sinks[0].second.get());
  pass(*engine, source, sinks[0], text);
  for (std::size_t i = 1; i < 3; ++i) {
    engine->rebind(source.second.get(), sinks[i].second.get());
    pass(*engine, source, sinks[i], other);
  }
  for (const SocketPair& sink : sinks) take_more(sink);
  EXPECT_TRUE(receive(sinks[0].first, text.size()) == text);
  for (std::size_t i = 1; i < 3; ++i)
    EXPECT_TRUE(receive(sinks[i].first, other.size()) == other) << i;
}

/// Words of the kernel's about something else come by the same queue: here, when each send was
/// handed on.
TEST_P(WithoutCopyTest, OnlyWhatIsSaidOfItsSendsIsCounted) {
  SocketPair sink = tcp_pair();
  const int times = SOF_TIMESTAMPING_TX_SCHED | SOF_TIMESTAMPING_SOFTWARE;
  ASSERT_EQ(::setsockopt(sink.second.get(), SOL_SOCKET, SO_TIMESTAMPING, &times, sizeof times), 0);
  const Calls plain = calls_between(GetParam(), tcp_pair(), tcp_pair());
  const Calls calls = calls_between(GetParam(), tcp_pair(), std::move(sink));
  EXPECT_EQ(calls.copied > 0, plain.copied > 0);
  EXPECT_EQ(calls.uncopied > 0, plain.uncopied > 0);
  EXPECT_EQ(calls.fallback, 0);
}

TEST(Zerocopy, CountsItsOwnSendsOfASocketThatOthersSentFrom) {
  const SocketPair source = tcp_pair();
  const SocketPair sink = slow_pair();
  const auto is_told = [&](Engine& engine) {
    return testing::eventually([&] {
      std::string part(1 << 16, '\0');
      ::recv(sink.first.get(), part.data(), part.size(), MSG_DONTWAIT);
      engine.transfer(0);
      return !engine.stays();
    });
  };
  const std::unique_ptr<Engine> before = parse_mode("zerocopy").make();
  before->prepare(source.second.get(), sink.second.get());
  pass(*before, source, sink, content(12000));
  EXPECT_TRUE(before->stays());
  take_more(sink);
  // All is told, and nobody has heard.
  EXPECT_EQ(receive(sink.first, 12000).size(), 12000U);
  EXPECT_TRUE(testing::eventually([&] {
    pollfd told{sink.second.get(), 0, 0};
    return ::poll(&told, 1, 0) > 0 && (told.revents & POLLERR) != 0;
  }));
  const std::unique_ptr<Engine> engine = parse_mode("zerocopy").make();
  engine->prepare(source.second.get(), sink.second.get());
  pass(*engine, source, sink, content(9000));
  EXPECT_TRUE(is_told(*engine));
  EXPECT_EQ(engine->calls().copied + engine->calls().uncopied, 3);
  EXPECT_EQ(engine->calls().fallback, 0);
}

bool is_readable(int fd, int milliseconds = 0) {
  pollfd waiting{fd, POLLIN, 0};
  return ::poll(&waiting, 1, milliseconds) > 0;
}

/// Sends through `zerocopy` until bytes wait to be sent which the reader has no room for: so the
/// kernel has more to tell. What is awaited then, which has not happened; -1: it never was both.
int awaited_while_sending(Engine& engine, const SocketPair& source, const SocketPair& sink) {
  for (int step = 0; step < 100; ++step) {
    send_all(source.first, content(10000));
    wait_for_bytes(source.second, 10000);
    for (;;) {
      const Outcome outcome = engine.transfer(1 << 30);
      EXPECT_EQ(outcome.ended, Ended::would_block);
      if (outcome.awaited.fd == sink.second.get()) return -1;
      if (outcome.awaited.fd == source.second.get()) break;
      if (!is_readable(outcome.awaited.fd, 20)) return outcome.awaited.fd;
    }
  }
  return -1;
}

TEST(Zerocopy, WaitsForBytesAndForWhatTheKernelTellsOfThePairItHas) {
  std::vector<std::pair<SocketPair, SocketPair>> pairs;
  for (int i = 0; i < 2; ++i) {
    const auto& [source, sink] = pairs.emplace_back(tcp_pair(), slow_pair());
    set_nonblocking(source.second.get());
    set_nonblocking(sink.second.get());
  }
  const std::unique_ptr<Engine> engine = parse_mode("zerocopy").make();
  engine->prepare(pairs[0].first.second.get(), pairs[0].second.second.get());
  for (const auto& [source, sink] : pairs) {
    if (&source != &pairs[0].first) {
      engine->rebind(source.second.get(), sink.second.get());
      send_all(pairs[0].first.first, "of no interest any more");
    }
    const int both = awaited_while_sending(*engine, source, sink);
    ASSERT_GE(both, 0) << "it never waits for both";
    send_all(source.first, "x");
    EXPECT_TRUE(is_readable(both, kPatience)) << "bytes came";
    EXPECT_EQ(engine->transfer(1 << 30).in, 1U);
    EXPECT_FALSE(is_readable(both));
    // Once the reader reads, the kernel has done with what it sent.
    EXPECT_TRUE(testing::eventually([&sink = sink, both] {
      std::string part(1 << 16, '\0');
      ::recv(sink.first.get(), part.data(), part.size(), MSG_DONTWAIT);
      return is_readable(both);
    }));
  }
}

TEST(UringSplice, KeepsToItsRingWhenThereIsLessThanAskedFor) {
  const std::string reason = parse_mode("uring:splice").engine->unavailable();
  if (!reason.empty()) GTEST_SKIP() << reason;
  EXPECT_EQ(calls_between("uring:splice", unix_pair(), tcp_pair()).fallback, 0);
}

}  // namespace
}  // namespace splicebench
