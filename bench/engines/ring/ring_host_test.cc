// Flows that have one ring together: whose bytes are taken, what is counted, who is told.

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <map>
#include <string>
#include <thread>

#include "bench/testing/awaited.h"
#include "bench/testing/hosted_flows.h"

namespace splicebench {
namespace {

using testing::wait_for_bytes;

class RingHostTest : public HostedFlows {};
INSTANTIATE_TEST_SUITE_P(Modes, RingHostTest, ::testing::ValuesIn(kHostedModes), test_name);

TEST_P(RingHostTest, TakesOfEachFlowWhatItMayAndLeavesTheRest) {
  HostedFlow flows[3];
  for (HostedFlow& flow : flows) begin(flow);
  const std::string text = content(50000);
  for (HostedFlow& flow : flows) send_all(flow.source.first, text);
  std::size_t from = 0;
  for (const std::size_t limit : {1U, 100U, 4096U, 5000U, 16384U, 20000U}) {
    for (HostedFlow& flow : flows) {
      finish(flow, limit);
      EXPECT_EQ(flow.last.ended, Ended::limit);
      EXPECT_EQ(receive(flow.sink.first, limit), text.substr(from, limit));
    }
    from += limit;
  }
  for (HostedFlow& flow : flows) {
    flow.engine.reset();
    EXPECT_EQ(receive(flow.source.second, text.size() - from), text.substr(from));
    EXPECT_EQ(flow.out, from);
  }
  EXPECT_EQ(host_->most_holding(), 1);
}

TEST_P(RingHostTest, TakesAtOnceWhatItsBuffersHoldWhereAReceiveMayFillThem) {
  HostedFlow flow;
  begin(flow);
  const std::size_t all = 4 * 4096;
  send_all(flow.source.first, content(all));
  wait_for_bytes(flow.source.second, all);
  ask(flow, all);
  EXPECT_TRUE(serve_until([&] { return flow.in > 0; }));
  EXPECT_EQ(flow.in, GetParam().find("bundle") != std::string::npos ? all : 4096U);
}

TEST_P(RingHostTest, SaysWhatItHasAndCountsItsCallsOnce) {
  HostedFlow flow;
  begin(flow);
  const std::map<std::string, std::int64_t> got = got_by_name(flow.engine->granted());
  const std::int64_t buffers = GetParam().find("bundle") != std::string::npos ? 4 : 2;
  EXPECT_EQ(got, (std::map<std::string, std::int64_t>{{"buffer", 4096}, {"ring", buffers * 4096}}));
  ask(flow, 10);
  for (int i = 0; i < 7; ++i) wait();
  flow.room = 0;
  flow.turn();
  const Calls calls = flow.engine->calls();
  EXPECT_EQ(calls.in, 7);
  EXPECT_EQ(calls.out + calls.eagain + calls.fallback, 0);
  flow.turn();
  EXPECT_EQ(flow.engine->calls().in, 7);
  EXPECT_EQ(flow.last.ended, Ended::limit);
}

TEST_P(RingHostTest, TellsEndsAndErrorsAfterAllThatCameBefore) {
  HostedFlow ended;
  HostedFlow reset;
  for (HostedFlow* const flow : {&ended, &reset}) {
    begin(*flow);
    send_all(flow->source.first, "0123456789");
    wait_for_bytes(flow->source.second, 10);
    finish(*flow, 10);
    EXPECT_EQ(flow->out, 10U);
  }
  ended.source.first.reset();
  finish(ended, kMuch);
  EXPECT_EQ(ended.last.ended, Ended::eof);
  ended.turn();
  EXPECT_EQ(ended.last.ended, Ended::eof) << "once more";
  // Unread bytes make a reset of it.
  send_all(reset.source.second, "unread");
  wait_for_bytes(reset.source.first, 6);
  reset.source.first.reset();
  finish(reset, kMuch);
  EXPECT_EQ(reset.last.ended, Ended::error);
  EXPECT_EQ(reset.last.side, Side::source);
  EXPECT_EQ(reset.last.error, ECONNRESET);
  for (const HostedFlow* const flow : {&ended, &reset})
    EXPECT_EQ(receive(flow->sink.first, 10), "0123456789");
  // Another flow has the place of one that ended.
  ended.engine.reset();
  HostedFlow next;
  begin(next);
  send_all(next.source.first, "next");
  finish(next, 4);
  EXPECT_EQ(receive(next.sink.first, 4), "next");
}

TEST_P(RingHostTest, HoldsWhatAFullSinkDoesNotTakeAndTellsOfItsDeath) {
  HostedFlow blocked(kSmallBuffer);
  HostedFlow dead(kSmallBuffer);
  begin(blocked);
  block(blocked);
  EXPECT_EQ(host_->most_holding(), 1);
  begin(dead);
  block(dead);
  EXPECT_TRUE(serve_until([&] { return host_->most_holding() == 2; }));
  dead.sink.first.reset();
  EXPECT_TRUE(serve_until([&] { return dead.last.ended == Ended::error; }));
  EXPECT_EQ(dead.last.side, Side::sink);
  EXPECT_TRUE(dead.last.error == ECONNRESET || dead.last.error == EPIPE) << dead.last.error;
  EXPECT_GT(dead.last.left, 0U);
  dead.engine.reset();
  blocked.engine->tell(&blocked);
  std::uint64_t arrived = 0;
  std::string part(1 << 16, '\0');
  const auto all_arrive = [&] {
    const ssize_t got = ::recv(blocked.sink.first.get(), part.data(), part.size(), MSG_DONTWAIT);
    if (got > 0) arrived += static_cast<std::uint64_t>(got);
    return blocked.last.left == 0 && arrived == blocked.out && got < 0;
  };
  EXPECT_TRUE(serve_until(all_arrive))
      << arrived << " of " << blocked.out << ", left " << blocked.last.left;
}

TEST_P(RingHostTest, WaitsAsLongAsItIsToldOrUntilSomethingHappens) {
  HostedFlow flow;
  begin(flow);
  ask(flow, kMuch);
  const auto begun = std::chrono::steady_clock::now();
  EXPECT_FALSE(wait(30));
  EXPECT_GE(std::chrono::steady_clock::now() - begun, std::chrono::milliseconds(29));
  EXPECT_EQ(host_->next(), nullptr);
  for (int i = 0; i < 2; ++i) {
    const std::uint64_t one = 1;
    ASSERT_EQ(::write(other_.get(), &one, sizeof one), static_cast<ssize_t>(sizeof one));
    while (!wait(-1)) {
    }
    std::uint64_t count = 0;
    ASSERT_EQ(::read(other_.get(), &count, sizeof count), static_cast<ssize_t>(sizeof count));
    EXPECT_FALSE(wait());
  }
  std::thread writer([&flow] { send_all(flow.source.first, "late"); });
  while (flow.out < 4) {
    wait(-1);
    while (host_->next() != nullptr) {
      flow.turn();
      flow.engine->tell(&flow);
    }
  }
  writer.join();
  EXPECT_EQ(receive(flow.sink.first, 4), "late");
}

}  // namespace
}  // namespace splicebench
