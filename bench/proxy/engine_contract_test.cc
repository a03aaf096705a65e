// What an engine may ask of the driver, in one flow and in the relay of many.

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/timerfd.h>

#include <atomic>
#include <cerrno>
#include <new>
#include <system_error>
#include <thread>

#include "bench/testing/eventually.h"
#include "bench/testing/relaying.h"
#include "harness/engine/driver.h"

namespace splicebench {
namespace {

std::atomic<int> prepared;
std::atomic<int> rebound;
std::atomic<int> hasty;  ///< transfers before what was awaited had happened

/// The engine `generic`, seen from outside.
class Outside : public Engine {
 public:
  void prepare(int source, int sink) override {
    ++prepared;
    inside_->prepare(source, sink);
  }
  void rebind(int source, int sink) override {
    ++rebound;
    inside_->rebind(source, sink);
  }
  Outcome transfer(std::uint64_t limit) override { return inside_->transfer(limit); }

 private:
  std::unique_ptr<Engine> inside_ = parse_mode("generic").make();
};

/// Waits before each transfer for a descriptor of its own, as one with a ring would.
class Ring : public Outside {
 public:
  Ring() : timer_(::timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC)) {}

  Outcome transfer(std::uint64_t limit) override {
    std::uint64_t ticks = 0;
    if (::read(timer_.get(), &ticks, sizeof ticks) > 0) {
      armed_ = false;
      return Outside::transfer(limit);
    }
    if (armed_) ++hasty;
    armed_ = true;
    itimerspec soon{};
    soon.it_value.tv_nsec = 200000;
    ::timerfd_settime(timer_.get(), 0, &soon, nullptr);
    Outcome outcome;
    outcome.ended = Ended::would_block;
    outcome.left = 0;
    outcome.awaited = {timer_.get(), POLLIN};
    return outcome;
  }

 private:
  Fd timer_;
  bool armed_ = false;
};

template <typename Made>
EngineInfo info_of(const char* name) {
  prepared = rebound = hasty = 0;
  return {.name = name, .help = "", .parameters = {}, .make = [](const EngineValues&) {
            return std::make_unique<Made>();
          }};
}

TEST(EngineContract, ADescriptorOfTheEnginesOwnIsWaitedForInOneFlow) {
  info_of<Ring>("ring");
  SocketPair source = unix_pair();
  SocketPair sink = unix_pair();
  set_nonblocking(source.second.get());
  set_nonblocking(sink.second.get());
  Ring engine;
  engine.prepare(source.second.get(), sink.second.get());
  std::thread writer([&] {
    send_all(source.first, content(300000));
    source.first.reset();
  });
  std::string got;
  std::thread reader([&] { got = receive(sink.first, 300000); });
  const Outcome outcome = drive(engine, source.second.get(), sink.second.get(), kNoLimit);
  writer.join();
  reader.join();
  EXPECT_EQ(outcome.ended, Ended::eof);
  EXPECT_EQ(outcome.out, 300000U);
  EXPECT_EQ(got, content(300000));
  EXPECT_EQ(hasty, 0);
  EXPECT_GT(engine.calls().wait, 0);
}

TEST(EngineContract, ADescriptorOfTheEnginesOwnIsWaitedForInARelayOfMany) {
  const EngineInfo info = info_of<Ring>("ring");
  const Listener target(loopback_address(0), "target");
  Relaying relay(Mode{"ring", &info, {}}, ":0", target.address());
  for (int i = 0; i < 5; ++i) {
    Fd client = connect_to(relay.address());
    const Fd server = accept_from(target);
    const std::string there = content(500000, static_cast<unsigned>(i));
    std::thread writer([&] { send_all(client, there); });
    EXPECT_EQ(receive(server, there.size()), there);
    writer.join();
    send_all(server, "back");
    EXPECT_EQ(receive(client, 4), "back");
  }
  EXPECT_EQ(relay.statistics_when([](const ProxyStatistics& s) { return s.active == 0; }).accepted,
            5);
  EXPECT_EQ(hasty, 0);
  EXPECT_GT(rebound, 0);
}

TEST(EngineContract, AnEngineThatNeedsBothSocketsEarlyHasThemBeforeTheFirstByte) {
  EngineInfo info = info_of<Outside>("early");
  info.needs_both_early = true;
  const Listener target(loopback_address(0), "target");
  Relaying relay(Mode{"early", &info, {}}, ":0", target.address());
  Fd client = connect_to(relay.address());
  Fd server = accept_from(target);
  EXPECT_TRUE(testing::eventually([] { return prepared == 2; }));
  send_all(client, "there");
  EXPECT_EQ(receive(server, 5), "there");
  send_all(server, "back");
  EXPECT_EQ(receive(client, 4), "back");
  EXPECT_EQ(prepared + rebound, 2) << "it went back in between";
  client.reset();
  EXPECT_EQ(receive(server, 1), "");
  server.reset();
  relay.statistics_when([](const ProxyStatistics& s) { return s.finished == 1; });
  const Fd next = connect_to(relay.address());
  const Fd next_server = accept_from(target);
  EXPECT_TRUE(testing::eventually([] { return rebound == 2; }));
  EXPECT_EQ(prepared, 2);
}

TEST(EngineContract, OtherEnginesAreLentOnceBytesWait) {
  const EngineInfo info = info_of<Outside>("late");
  const Listener target(loopback_address(0), "target");
  Relaying relay(Mode{"late", &info, {}}, ":0", target.address());
  const Fd client = connect_to(relay.address());
  const Fd server = accept_from(target);
  relay.statistics_when([](const ProxyStatistics& s) { return s.active == 1; });
  EXPECT_EQ(prepared, 0);
  for (int i = 0; i < 5; ++i) {
    send_all(client, "x");
    EXPECT_EQ(receive(server, 1), "x");
  }
  EXPECT_EQ(prepared, 1) << "each time another";
}

std::atomic<bool> is_poor;

/// Has no memory, or no descriptors, while it is so.
template <typename Want>
class Poor : public Outside {
 public:
  void prepare(int source, int sink) override {
    if (is_poor) throw Want();
    Outside::prepare(source, sink);
  }
};

struct OutOfDescriptors : std::system_error {
  OutOfDescriptors() : std::system_error(EMFILE, std::generic_category()) {}
};

template <typename Want>
void expect_one_broken(const std::string& error) {
  const EngineInfo info = info_of<Poor<Want>>("poor");
  const Listener target(loopback_address(0), "target");
  Relaying relay(Mode{"poor", &info, {}}, ":0", target.address());
  is_poor = true;
  const Fd client = connect_to(relay.address());
  const Fd server = accept_from(target);
  send_all(client, "x");
  EXPECT_EQ(receive(client, 1), "!ECONNRESET");
  EXPECT_EQ(receive(server, 1), "!ECONNRESET");
  is_poor = false;
  {
    const Fd next = connect_to(relay.address());
    const Fd next_server = accept_from(target);
    send_all(next, "x");
    EXPECT_EQ(receive(next_server, 1), "x");
  }
  const ProxyStatistics statistics = relay.end();
  EXPECT_EQ(statistics.broken, 1);
  EXPECT_EQ(statistics.finished, 1);
  EXPECT_NE(relay.complaints().find("0 bytes to connect, 0 back, 0 held: " + error),
            std::string::npos)
      << relay.complaints();
}

TEST(EngineContract, AnEngineThatCannotBeHadBreaksItsConnectionAlone) {
  expect_one_broken<std::bad_alloc>("ENOMEM");
  expect_one_broken<OutOfDescriptors>("EMFILE");
}

}  // namespace
}  // namespace splicebench
