// Many flows in one thread, by engines that are lent and by those that have one ring together.

#include <gtest/gtest.h>
#include <sys/socket.h>

#include <csignal>
#include <optional>
#include <thread>
#include <vector>

#include "bench/testing/bytes.h"
#include "harness/engine/driver.h"
#include "harness/engine/flow_loop.h"
#include "harness/network/address.h"
#include "harness/network/sockets.h"
#include "harness/system/sys.h"

namespace splicebench {
namespace {

class FlowLoopTest : public ::testing::TestWithParam<std::string> {
 protected:
  struct Ends {
    SocketPair source;  ///< `second` is the loop's
    SocketPair sink;    ///< as above
  };

  void SetUp() override {
    ::signal(SIGPIPE, SIG_IGN);
    const auto& unavailable = mode_.engine->unavailable;
    if (unavailable && !unavailable().empty()) GTEST_SKIP() << unavailable();
  }
  void TearDown() override { end(); }

  void make(std::size_t flows, WhenOneEnds when_one_ends = WhenOneEnds::others_go_on) {
    tally_.emplace(flows);
    LoopSetting setting;
    setting.stop = &stop_;
    setting.tally = &*tally_;
    setting.when_one_ends = when_one_ends;
    loop_ = std::make_unique<FlowLoop>(mode_, setting);
    for (std::size_t i = 0; i < flows; ++i) {
      Ends& flow = flows_.emplace_back(Ends{tcp_pair(), tcp_pair()});
      set_nonblocking(flow.source.second.get());
      set_nonblocking(flow.sink.second.get());
      loop_->add(i, flow.source.second.get(), flow.sink.second.get());
    }
    loop_->get_ready();
  }

  /// Runs in a thread of its own, `times` of `each` bytes.
  void start(std::uint64_t each, int times = 1) {
    thread_ = std::thread([this, each, times] {
      for (int i = 0; i < times; ++i) {
        tally_->begin(each);
        loop_->run(each);
      }
    });
  }
  /// Waits for its end.
  void join() { thread_.join(); }
  void end() {
    stop_.give();
    if (thread_.joinable()) join();
  }

  const Mode mode_ = parse_mode(GetParam());
  StopSign stop_;
  std::optional<FlowTally> tally_;
  std::vector<Ends> flows_;
  std::unique_ptr<FlowLoop> loop_;
  std::thread thread_;
};

INSTANTIATE_TEST_SUITE_P(Modes, FlowLoopTest,
                         ::testing::Values("generic", "splice:pipe=4KiB", "uring",
                                           "uring:buffers=2,size=4KiB",
                                           "uring:bundle,buffers=2,size=4KiB", "uring:zc",
                                           "zerocopy:buffers=1"),
                         test_name);

TEST_P(FlowLoopTest, AFlowIsServedThoughManyBeforeItSayNothing) {
  make(40);
  start(10);
  send_all(flows_.back().source.first, "0123456789");
  EXPECT_EQ(receive(flows_.back().sink.first, 10), "0123456789");
  send_all(flows_.front().source.first, "01234");
  EXPECT_EQ(receive(flows_.front().sink.first, 5), "01234");
  end();
  EXPECT_EQ(loop_->outcome(39).ended, Ended::limit);
  EXPECT_EQ(loop_->outcome(39).out, 10U);
  EXPECT_EQ(loop_->outcome(0).out, 5U);
  EXPECT_EQ(loop_->outcome(1).in, 0U);
  const Outcome all = loop_->outcome();
  EXPECT_EQ(all.in, 15U);
  EXPECT_EQ(all.out, 15U);
  EXPECT_EQ(all.left, 0U);
  EXPECT_EQ(tally_->of(39), 10U);
  EXPECT_EQ(tally_->total(), 15U);
}

TEST_P(FlowLoopTest, WaitsForSilentFlowsInsteadOfAskingThemAgainAndAgain) {
  make(5);
  start(10);
  std::this_thread::sleep_for(std::chrono::milliseconds(50));
  end();
  EXPECT_LT(loop_->calls().total(), 50);
  EXPECT_GE(loop_->calls().total(), 1) << "to wait is a call";
}

TEST_P(FlowLoopTest, AnEngineIsLentToOneAfterTheOther) {
  if (mode_.engine->name == "zerocopy") GTEST_SKIP() << "it is kept for what the kernel tells";
  make(10);
  start(10);
  for (const Ends& flow : flows_) {
    send_all(flow.source.first, "0123456789");
    EXPECT_EQ(receive(flow.sink.first, 10), "0123456789");
  }
  join();
  EXPECT_EQ(loop_->outcome().out, 100U);
  EXPECT_GE(loop_->engines(), 1);
  EXPECT_LE(loop_->engines(), 2);
}

TEST_P(FlowLoopTest, EachRunIsOfSoManyBytesOfEachFlowThatHasNotEnded) {
  constexpr std::uint64_t kEach = 30001;
  make(3);
  start(kEach, 3);
  std::vector<std::string> texts;
  for (unsigned i = 0; i < 3; ++i) texts.push_back(content(3 * kEach, i));
  // The last one ends in the middle of the second run.
  texts.back().resize(kEach + 5);
  for (std::size_t i = 0; i < 3; ++i) {
    send_all(flows_[i].source.first, texts[i]);
    ::shutdown(flows_[i].source.first.get(), SHUT_WR);
  }
  for (std::size_t i = 0; i < 3; ++i)
    EXPECT_EQ(receive(flows_[i].sink.first, texts[i].size()), texts[i]);
  join();
  EXPECT_EQ(receive(flows_[2].sink.first, 1), "") << "the end is passed on";
  EXPECT_EQ(loop_->outcome(0).ended, Ended::limit);
  EXPECT_EQ(loop_->outcome(0).in, kEach);
  EXPECT_EQ(loop_->outcome(0).out, kEach);
  EXPECT_EQ(loop_->outcome(2).in, 0U) << "it was over before the last run";
  EXPECT_EQ(loop_->outcome().out, 2 * kEach);
  EXPECT_EQ(loop_->calls().fallback, 0);
}

/// What the kernel tells of the sends of one run comes when the next is under way, and the engines
/// are lent to others.
TEST_P(FlowLoopTest, RunsOneAfterTheOtherDoNotMix) {
  constexpr std::uint64_t kEach = 123457;
  constexpr int kRuns = 20;
  make(3);
  start(kEach, kRuns);
  std::vector<std::string> texts;
  std::vector<std::thread> writers;
  for (unsigned i = 0; i < 3; ++i) texts.push_back(content(kRuns * kEach, i));
  for (std::size_t i = 0; i < 3; ++i)
    writers.emplace_back([&, i] { send_all(flows_[i].source.first, texts[i]); });
  std::vector<std::thread> readers;
  std::vector<std::string> seen(3);
  for (std::size_t i = 0; i < 3; ++i)
    readers.emplace_back([&, i] { seen[i] = receive(flows_[i].sink.first, texts[i].size()); });
  for (std::thread& one : writers) one.join();
  for (std::thread& one : readers) one.join();
  join();
  for (std::size_t i = 0; i < 3; ++i) EXPECT_TRUE(seen[i] == texts[i]) << i;
  EXPECT_EQ(loop_->outcome().out, 3 * kEach);
}

TEST_P(FlowLoopTest, AByteEachIsARunToo) {
  make(20);
  start(1, 2);
  for (int run = 0; run < 2; ++run) {
    for (const Ends& flow : flows_) send_all(flow.source.first, "x");
    for (const Ends& flow : flows_) EXPECT_EQ(receive(flow.sink.first, 1), "x");
  }
  join();
  EXPECT_EQ(loop_->outcome().ended, Ended::limit);
  EXPECT_EQ(loop_->outcome().out, 20U);
}

TEST_P(FlowLoopTest, AnEndBeforeItsBytesEndsAllWhereTheyBelongTogether) {
  make(3, WhenOneEnds::all_end);
  start(10);
  send_all(flows_[0].source.first, "some");
  EXPECT_EQ(receive(flows_[0].sink.first, 4), "some");
  send_all(flows_[1].source.first, "half");
  EXPECT_EQ(receive(flows_[1].sink.first, 4), "half");
  ::shutdown(flows_[1].source.first.get(), SHUT_WR);
  join();
  EXPECT_EQ(loop_->outcome().ended, Ended::eof);
  // What the others had until then counts, too.
  EXPECT_EQ(loop_->outcome().in, 8U);
  EXPECT_EQ(loop_->outcome().out, 8U);
  EXPECT_EQ(loop_->outcome().left, 0U);
  EXPECT_EQ(tally_->of(0), 4U);
  EXPECT_EQ(tally_->of(1), 4U);
  EXPECT_EQ(tally_->total(), 8U);
}

TEST_P(FlowLoopTest, WhatASinkDoesNotTakeIsLeft) {
  make(1);
  start(1 << 30);
  const SocketPair& source = flows_[0].source;
  set_nonblocking(source.first.get());
  const std::string much = content(1 << 20);
  // Until nothing more goes in for a while.
  while (wait_for_event(source.first, POLLOUT, 20))
    ::send(source.first.get(), much.data(), much.size(), MSG_NOSIGNAL);
  end();
  const Outcome outcome = loop_->outcome();
  EXPECT_GT(outcome.in, 0U);
  EXPECT_EQ(outcome.in, outcome.out + outcome.left);
  EXPECT_EQ(tally_->total(), outcome.out);
}

TEST_P(FlowLoopTest, AResetIsItsFlowsAloneAndOfItsSide) {
  make(3);
  start(10);
  close_with_reset(flows_[0].source.first);
  close_with_reset(flows_[1].sink.first);
  for (std::size_t i = 1; i < 3; ++i) send_all(flows_[i].source.first, "0123456789");
  EXPECT_EQ(receive(flows_[2].sink.first, 10), "0123456789");
  join();
  EXPECT_EQ(loop_->outcome(0).ended, Ended::error);
  EXPECT_EQ(loop_->outcome(0).side, Side::source);
  EXPECT_EQ(loop_->outcome(0).error, ECONNRESET);
  EXPECT_EQ(loop_->outcome(1).ended, Ended::error);
  EXPECT_EQ(loop_->outcome(1).side, Side::sink);
  EXPECT_EQ(loop_->outcome(2).ended, Ended::limit);
}

TEST_P(FlowLoopTest, CanBeStoppedAgainAndAgain) {
  make(3);
  // Always by the same thread: here, with one that stops it.
  for (int i = 0; i < 2; ++i) {
    stop_.give();
    loop_->run(10);
    stop_.take_back();
    std::thread stopper([this] {
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
      stop_.give();
    });
    loop_->run(10);
    stopper.join();
  }
  EXPECT_EQ(loop_->outcome().in, 0U);
}

TEST_P(FlowLoopTest, IsNotEndedBySignals) {
  struct sigaction interrupts {};
  struct sigaction before {};
  interrupts.sa_handler = [](int) {};
  ::sigaction(SIGUSR1, &interrupts, &before);
  make(3);
  start(10);
  for (int i = 0; i < 100; ++i) {
    ::pthread_kill(thread_.native_handle(), SIGUSR1);
    std::this_thread::sleep_for(std::chrono::microseconds(100));
  }
  for (const Ends& flow : flows_) send_all(flow.source.first, "0123456789");
  for (const Ends& flow : flows_) EXPECT_EQ(receive(flow.sink.first, 10), "0123456789");
  join();
  ::sigaction(SIGUSR1, &before, nullptr);
  EXPECT_EQ(loop_->outcome().ended, Ended::limit);
}

TEST_P(FlowLoopTest, TellsWhatItsEnginesGotAsOneOfThemDoes) {
  make(3);
  const SocketPair source = tcp_pair();
  const SocketPair sink = tcp_pair();
  const std::unique_ptr<Engine> engine = mode_.make();
  engine->prepare(source.second.get(), sink.second.get());
  EXPECT_EQ(got_by_name(loop_->granted()), got_by_name(engine->granted()));
}

}  // namespace
}  // namespace splicebench
