// What an engine does inside that the correctness suite (bench/verify) does not see from outside.

#include <fcntl.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <csignal>
#include <map>
#include <string>
#include <thread>
#include <utility>

#include "bench/testing/bytes.h"
#include "harness/engine/driver.h"
#include "harness/network/sockets.h"
#include "harness/system/sys.h"

namespace splicebench {
namespace {

/// What is there now, at most `size`.
std::string receive_some(int fd, std::size_t size) {
  std::string text(size, '\0');
  const ssize_t got = ::recv(fd, text.data(), size, MSG_DONTWAIT);
  text.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
  return text;
}

Fd memory_file() { return Fd(::memfd_create("test", MFD_CLOEXEC)); }

void expect_balance(const Outcome& outcome) { EXPECT_EQ(outcome.in, outcome.out + outcome.left); }

class EngineTest : public ::testing::TestWithParam<std::string> {
 protected:
  void SetUp() override {
    ::signal(SIGPIPE, SIG_IGN);
    source_ = unix_pair();
    set_nonblocking(source_.second.get());
    engine_ = parse_mode(GetParam()).make();
  }

  Outcome relay_to(int sink, std::uint64_t limit) {
    engine_->prepare(source_.second.get(), sink);
    const Outcome outcome = engine_->transfer(limit);
    expect_balance(outcome);
    return outcome;
  }

  SocketPair source_;
  std::unique_ptr<Engine> engine_;
};

INSTANTIATE_TEST_SUITE_P(Engines, EngineTest,
                         ::testing::Values("generic", "generic:buffer=1B", "generic:buffer=1MiB",
                                           "generic:buffer=auto", "splice", "splice:pipe=4KiB",
                                           "splice:piece=1000", "uring:splice", "zerocopy",
                                           "skeleton"),
                         test_name);

TEST_P(EngineTest, GivesBackInsteadOfWaitingAndGoesOnLater) {
  SocketPair sink = unix_pair();
  set_nonblocking(sink.second.get());
  Outcome outcome = relay_to(sink.second.get(), 10);
  EXPECT_EQ(outcome.ended, Ended::would_block);
  EXPECT_EQ(outcome.awaited.fd, source_.second.get());
  EXPECT_EQ(outcome.awaited.events, POLLIN);

  send_all(source_.first, "0123456789");
  outcome = engine_->transfer(10);
  expect_balance(outcome);
  EXPECT_EQ(outcome.ended, Ended::limit);
  EXPECT_EQ(receive(sink.first, 10), "0123456789");
}

TEST_P(EngineTest, HoldsWhatAFullSinkDoesNotTakeAndDeliversItLater) {
  SocketPair sink = unix_pair();
  set_nonblocking(sink.second.get());
  set_nonblocking(source_.first.get());
  const std::string text = content(100000);
  std::string sent;
  std::string arrived;
  engine_->prepare(source_.second.get(), sink.second.get());
  std::uint64_t in = 0;
  std::uint64_t out = 0;
  bool filled = false;
  for (int turn = 0; turn < 20000 && (arrived.size() < 1000000 || !filled); ++turn) {
    const ssize_t more = ::send(source_.first.get(), text.data(), text.size(), MSG_NOSIGNAL);
    if (more > 0) sent.append(text, 0, static_cast<std::size_t>(more));
    const Outcome outcome = engine_->transfer(1 << 30);
    in += outcome.in;
    out += outcome.out;
    EXPECT_EQ(in, out + outcome.left);
    ASSERT_EQ(outcome.ended, Ended::would_block);
    if (outcome.awaited.fd != sink.second.get()) continue;
    EXPECT_EQ(outcome.awaited.events, POLLOUT);
    filled = true;
    arrived += receive_some(sink.first.get(), 50000);
  }
  EXPECT_TRUE(filled);
  source_.first.reset();
  std::thread reader([&] {
    for (std::string part; !(part = receive(sink.first, 10000)).empty();) arrived += part;
  });
  const Outcome outcome = drive(*engine_, source_.second.get(), sink.second.get(), 1 << 30);
  sink.second.reset();
  reader.join();
  EXPECT_EQ(outcome.ended, Ended::eof);
  EXPECT_EQ(outcome.left, 0U);
  EXPECT_EQ(arrived, sent);
}

TEST_P(EngineTest, GoesOnWithAnotherPairOfSocketsAfterAnErrorFreeTurn) {
  SocketPair first_sink = unix_pair();
  SocketPair second_source = tcp_pair();
  SocketPair second_sink = tcp_pair();
  send_all(source_.first, "first");
  relay_to(first_sink.second.get(), 5);
  send_all(second_source.first, "second");
  engine_->rebind(second_source.second.get(), second_sink.second.get());
  const Outcome outcome = engine_->transfer(6);
  expect_balance(outcome);
  EXPECT_EQ(receive(first_sink.first, 5), "first");
  EXPECT_EQ(receive(second_sink.first, 6), "second");
}

TEST(Generic, AsksForMoreTheMoreAConnectionHasSaid) {
  constexpr std::size_t kBytes = 12 << 20;
  const Fd source = memory_file();
  const Fd sink = memory_file();
  ASSERT_EQ(::ftruncate(source.get(), kBytes), 0);
  const std::unique_ptr<Engine> engine = parse_mode("generic:buffer=auto").make();
  engine->prepare(source.get(), sink.get());
  EXPECT_EQ(engine->transfer(kBytes).out, kBytes);
  // 1 KiB up to 128 KiB, 16 KiB up to 10 MiB, 256 KiB from then on.
  EXPECT_EQ(engine->calls().in, 128 + (10240 - 128) / 16 + 2048 / 256);
}

TEST(Splice, OnAnotherPairMakesThePipeItHadNoDescriptorsFor) {
  const SocketPair source = unix_pair();
  SocketPair sink = unix_pair();
  const std::unique_ptr<Engine> engine = parse_mode("splice:pipe=64KiB").make();
  rlimit before{};
  ::getrlimit(RLIMIT_NOFILE, &before);
  const rlimit none_left{static_cast<rlim_t>(sink.second.get()) + 1, before.rlim_max};
  ::setrlimit(RLIMIT_NOFILE, &none_left);
  engine->prepare(source.second.get(), sink.second.get());
  ::setrlimit(RLIMIT_NOFILE, &before);
  EXPECT_EQ(got_by_name(engine->granted()).at("pipe"), 0);
  engine->rebind(source.second.get(), sink.second.get());
  EXPECT_EQ(got_by_name(engine->granted()).at("pipe"), 65536);
}

TEST(Splice, CountsLeavingItsMechanism) {
  const SocketPair source = unix_pair();
  const Fd sink(::open("/dev/full", O_WRONLY | O_CLOEXEC));
  send_all(source.first, "bytes");
  const std::unique_ptr<Engine> engine = parse_mode("splice").make();
  engine->prepare(source.second.get(), sink.get());
  EXPECT_EQ(engine->calls().fallback, 0);
  engine->transfer(5);
  EXPECT_EQ(engine->calls().fallback, 1);
}

TEST(Modes, HaveTheInitialValuesThatTheirHelpTells) {
  EXPECT_EQ(parse_mode("generic").values, (EngineValues{{"buffer", 32 << 10}}));
  for (const char* const name : {"splice", "uring:splice"})
    EXPECT_EQ(parse_mode(name).values, (EngineValues{{"pipe", 1 << 20}, {"piece", 0}}));
  EXPECT_EQ(parse_mode("uring").values, (EngineValues{{"buffers", 2}, {"size", 1 << 20}}));
  EXPECT_EQ(parse_mode("uring:bundle").values, (EngineValues{{"buffers", 4}, {"size", 512 << 10}}));
  EXPECT_EQ(parse_mode("uring:zc").values, (EngineValues{{"buffers", 4}, {"size", 256 << 10}}));
  EXPECT_EQ(parse_mode("zerocopy").values, (EngineValues{{"buffers", 16}, {"size", 64 << 10}}));
}

TEST(Modes, TakeParametersUpToWhatTheKernelTakesAndNoMore) {
  const std::map<std::string, std::pair<std::int64_t, std::int64_t>> limits = {
      {"buffer", {1, 1 << 30}}, {"pipe", {1, 1 << 30}}, {"piece", {1, 1 << 30}},
      {"buffers", {1, 1024}},   {"size", {1, 1 << 24}},
  };
  for (const EngineInfo& engine : engines()) {
    if (engine.name == "skeleton") continue;
    for (const EngineParameter& one : engine.parameters)
      EXPECT_EQ(std::pair(one.least, one.most), limits.at(one.name)) << engine.name << one.name;
  }
}

TEST(Modes, ThatSpliceHaveThePipeAndThePieceTheyWereTold) {
  for (const std::string name : {"splice:", "uring:splice,"}) {
    const Mode mode = parse_mode(name + "pipe=65000,piece=4KiB");
    if (mode.engine->unavailable && !mode.engine->unavailable().empty()) continue;
    const std::unique_ptr<Engine> engine = mode.make();
    const SocketPair source = tcp_pair();
    const SocketPair sink = tcp_pair();
    engine->prepare(source.second.get(), sink.second.get());
    EXPECT_EQ(got_by_name(engine->granted()).at("pipe"), 65536);
    send_all(source.first, content(40960));
    EXPECT_EQ(drive(*engine, source.second.get(), sink.second.get(), 40960).out, 40960U);
    EXPECT_EQ(engine->calls().in, 10);
  }
}

/// splice(2) drops what does not fit of a message.
TEST(Modes, ThatSpliceTakeMessagesWhole) {
  for (const std::string name : {"splice:pipe=4KiB", "uring:splice,pipe=4KiB"}) {
    const Mode mode = parse_mode(name);
    if (mode.engine->unavailable && !mode.engine->unavailable().empty()) continue;
    const std::unique_ptr<Engine> engine = mode.make();
    const SocketPair source = control_pair();  // SEQPACKET
    const SocketPair sink = tcp_pair();
    engine->prepare(source.second.get(), sink.second.get());
    const std::string text = content(60000);
    send_all(source.first, text);
    EXPECT_EQ(drive(*engine, source.second.get(), sink.second.get(), text.size()).out, text.size());
    EXPECT_EQ(receive(sink.first, text.size()), text);
  }
}

}  // namespace
}  // namespace splicebench
