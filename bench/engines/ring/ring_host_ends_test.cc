// What is left when one of the flows of a ring goes, all are to be still, or the ring fails.

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/syscall.h>

#include <cerrno>
#include <string>
#include <thread>
#include <vector>

#include "bench/testing/hosted_flows.h"
#include "bench/testing/refused_calls.h"

namespace splicebench {
namespace {

class RingHostEnds : public HostedFlows {};
INSTANTIATE_TEST_SUITE_P(Modes, RingHostEnds, ::testing::ValuesIn(kHostedModes), test_name);

TEST_P(RingHostEnds, LeavesAloneWhatAFlowThatHasGoneWouldHaveTaken) {
  HostedFlow gone;
  HostedFlow stays;
  for (HostedFlow* const flow : {&gone, &stays}) {
    begin(*flow);
    ask(*flow, kMuch);
  }
  wait();
  gone.engine.reset();
  for (HostedFlow* const flow : {&gone, &stays}) send_all(flow->source.first, "bytes");
  EXPECT_TRUE(serve_until([&] { return stays.out == 5; }));
  EXPECT_EQ(receive(gone.source.second, 5), "bytes");
  EXPECT_EQ(receive(stays.sink.first, 5), "bytes");
}

TEST_P(RingHostEnds, TakesNothingWhileItIsToBeStill) {
  HostedFlow flow;
  begin(flow);
  ask(flow, kMuch);
  wait();
  host_->hush();
  send_all(flow.source.first, "01234");
  EXPECT_EQ(receive(flow.source.second, 5), "01234");
  // It is told, and says anew what it may take.
  EXPECT_EQ(host_->next(), &flow);
  EXPECT_EQ(host_->next(), nullptr);
  ask(flow, 3);
  send_all(flow.source.first, "56789");
  EXPECT_TRUE(serve_until([&] { return flow.out == 3; }));
  flow.engine.reset();
  EXPECT_EQ(receive(flow.sink.first, 3), "567");
  EXPECT_EQ(receive(flow.source.second, 2), "89");
}

TEST_P(RingHostEnds, WhoseRingFailsTellsAllOfThemAndForgetsNoByte) {
  std::thread([this] {
    HostedFlow blocked(kSmallBuffer);
    HostedFlow idle;
    begin(blocked);
    block(blocked);
    begin(idle);
    ask(idle, kMuch);
    blocked.engine->tell(&blocked);
    wait();
    testing::refuse_call(SYS_io_uring_enter, EACCES);
    wait();
    EXPECT_TRUE(wait()) << "somebody else has to look at the other";
    std::vector<void*> told;
    while (void* const one = host_->next()) told.push_back(one);
    EXPECT_EQ(told, (std::vector<void*>{&blocked, &idle}));
    for (HostedFlow* const flow : {&blocked, &idle}) {
      flow->turn();
      EXPECT_EQ(flow->last.ended, Ended::error);
      EXPECT_EQ(flow->last.side, Side::source);
      EXPECT_EQ(flow->last.error, EACCES);
    }
    EXPECT_TRUE(wait());
    EXPECT_EQ(host_->next(), nullptr) << "they are told once";
    HostedFlow next;
    begin(next);
    next.room = kMuch;
    next.turn();
    EXPECT_EQ(next.last.ended, Ended::error);
    EXPECT_EQ(next.last.error, EACCES);
    host_->hush();
  }).join();
}

TEST_P(RingHostEnds, WhatTheKernelStillSendsOfAFlowThatHasGoneStaysAsItIs) {
  if (GetParam().rfind("uring:zc", 0) != 0) GTEST_SKIP() << "it copies";
  const std::string text = content(12000, 1);
  HostedFlow gone;
  const int small = 4096;
  const int large = 4 << 20;
  ::setsockopt(gone.sink.first.get(), SOL_SOCKET, SO_RCVBUF, &small, sizeof small);
  ::setsockopt(gone.sink.second.get(), SOL_SOCKET, SO_SNDBUFFORCE, &large, sizeof large);
  begin(gone);
  send_all(gone.source.first, text);
  finish(gone, text.size());
  EXPECT_EQ(gone.out, text.size());
  gone.engine.reset();
  for (unsigned i = 2; i < 8; ++i) {
    HostedFlow other;
    begin(other);
    const std::string others = content(12000, i);
    send_all(other.source.first, others);
    finish(other, others.size());
    EXPECT_TRUE(receive(other.sink.first, others.size()) == others);
  }
  ::setsockopt(gone.sink.first.get(), SOL_SOCKET, SO_RCVBUFFORCE, &large, sizeof large);
  EXPECT_TRUE(receive(gone.sink.first, text.size()) == text);
}

}  // namespace
}  // namespace splicebench
