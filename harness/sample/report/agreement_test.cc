// What the processes of a sample say is believed only where it agrees.

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <functional>
#include <limits>
#include <string>
#include <vector>

#include "harness/sample/report/report.h"
#include "harness/system/members.h"
#include "harness/testing/good_report.h"

namespace splicebench {
namespace {

constexpr double kNoNumber = std::numeric_limits<double>::quiet_NaN();
constexpr double kInfinity = std::numeric_limits<double>::infinity();
using testing::good_report;
using testing::kFromFile;
using testing::kSockets;
using testing::kToFile;

RelayTask task_on(PathKinds kinds) {
  RelayTask task;
  task.bytes = 80;
  task.warmup_pieces = 3;
  task.kinds = kinds;
  return task;
}

using Change = std::function<void(RelayReport&)>;

/// Why a report with that change is not believed; empty: it is.
std::string refusal(const Change& change, PathKinds kinds = kSockets) {
  RelayReport report = good_report();
  change(report);
  try {
    require_agreement(report, task_on(kinds));
  } catch (const SampleFailed& failure) {
    return failure.what();
  }
  return {};
}

TEST(Agreement, IsWhereAllCountTheBytesOfTheTask) {
  EXPECT_EQ(refusal([](RelayReport&) {}), "");
  for (const std::uint64_t count : {0, 79, 81}) {
    EXPECT_NE(refusal([=](RelayReport& one) { one.in = count; }), "");
    EXPECT_NE(refusal([=](RelayReport& one) { one.out = count; }), "");
    EXPECT_NE(refusal([=](RelayReport& one) { one.writer.bytes = count; }), "");
    EXPECT_NE(refusal([=](RelayReport& one) { one.reader.bytes = count; }), "");
  }
  EXPECT_EQ(refusal([](RelayReport& one) {
              one.in = 81;
              one.out = 82;
              one.left = 83;
              one.writer.bytes = 84;
              one.reader.bytes = 85;
            }),
            "the relay's report contradicts itself: 80 bytes to move, 81 taken, 82 delivered, 83 "
            "left, 84 written, 85 read");
  EXPECT_NE(refusal([](RelayReport& one) { one.left = 1; }), "");
}

TEST(Agreement, AsksNothingOfAPeerThatThereIsNot) {
  EXPECT_EQ(refusal([](RelayReport& one) { one.writer = PeerReport(); }, kFromFile), "");
  EXPECT_NE(refusal([](RelayReport& one) { one.reader = PeerReport(); }, kFromFile), "");
  EXPECT_EQ(refusal([](RelayReport& one) { one.reader = PeerReport(); }, kToFile), "");
  EXPECT_NE(refusal([](RelayReport& one) { one.writer = PeerReport(); }, kToFile), "");
}

TEST(Agreement, IsOfTimesThatAreNumbersAndNotNegative) {
  const std::vector<std::function<double&(RelayReport&)>> times{
      [](RelayReport& one) -> double& { return one.usage.warmup_seconds; },
      [](RelayReport& one) -> double& { return one.usage.relay->user; },
      [](RelayReport& one) -> double& { return one.usage.relay->system; },
      [](RelayReport& one) -> double& { return one.writer.cpu.user; },
      [](RelayReport& one) -> double& { return one.writer.cpu.system; },
      [](RelayReport& one) -> double& { return one.reader.cpu.user; },
      [](RelayReport& one) -> double& { return one.reader.cpu.system; }};
  for (std::size_t i = 0; i < times.size(); ++i) {
    const auto with = [&](double time) {
      return refusal([&](RelayReport& one) { times[i](one) = time; });
    };
    EXPECT_EQ(with(-0.25), "a process reports a time of -0.25 s") << i;
    EXPECT_NE(with(kNoNumber), "") << i;
    EXPECT_NE(with(kInfinity), "") << i;
    EXPECT_EQ(with(0), "") << i;
  }
  for (const double seconds : {-1.0, kNoNumber, kInfinity})
    EXPECT_NE(refusal([=](RelayReport& one) { one.usage.seconds = seconds; }), "") << seconds;
  EXPECT_EQ(refusal([](RelayReport& one) {
              one.usage.seconds = 0;
              one.reader.marks.fill(one.started);
            }),
            "the relay reports that it took 0 s");
}

TEST(Agreement, IsOfMarksThatRiseWithinTheTimedPart) {
  const auto mark = [](std::size_t which, double at) {
    return [=](RelayReport& one) { one.reader.marks[which] = at; };
  };
  EXPECT_EQ(refusal(mark(0, 99.5)), "a process reports a mark at -0.5 s");
  EXPECT_EQ(refusal(mark(0, 100)), "");
  EXPECT_EQ(refusal(mark(3, 100.5)), "a process reports a mark at 0.5 s") << "below the third";
  EXPECT_EQ(refusal(mark(3, 100.75)), "") << "with the third";
  EXPECT_NE(refusal(mark(4, kNoNumber)), "");
  EXPECT_EQ(refusal(mark(7, 102)), "") << "with the end";
  EXPECT_EQ(refusal(mark(7, 102.5)), "a process reports a mark at 2.5 s");
  // Those of the relay count where there is no reader, and nowhere else.
  const auto of_relay = [](RelayReport& one) { one.marks[7] = 99; };
  EXPECT_EQ(refusal(of_relay), "");
  EXPECT_NE(refusal(of_relay, kToFile), "");
  EXPECT_EQ(refusal(mark(7, 99), kToFile), "");
}

TEST(Agreement, IsOfRatesOfFlowsThatCanBe) {
  const auto with = [](FlowRates rates) {
    return refusal([&](RelayReport& one) { one.flows = FlowFacts{rates, {}, {}, {}}; });
  };
  EXPECT_EQ(with({1, 2, 3, 0.5}), "");
  EXPECT_EQ(with({0, 0, 0, 0}), "");
  EXPECT_EQ(with({2, 2, 2, 1 + 1e-12}), "") << "but for rounding";
  EXPECT_EQ(refusal([](RelayReport& one) { one.flows = FlowFacts(); }), "");
  for (const FlowRates& none :
       {FlowRates{-1, 2, 3, 0.5}, FlowRates{2, 1, 3, 0.5}, FlowRates{1, 3, 2, 0.5},
        FlowRates{1, 2, kInfinity, 0.5}, FlowRates{1, kNoNumber, 3, 0.5}, FlowRates{1, 2, 3, -0.5},
        FlowRates{1, 2, 3, 1.01}, FlowRates{1, 2, 3, kNoNumber}})
    EXPECT_EQ(with(none), "a process reports rates of flows that are none") << none.least;
}

TEST(Agreement, IsOfNoMorePiecesOfAWarmUpThanWereAskedForOrThereCanBe) {
  EXPECT_EQ(refusal([](RelayReport& one) { one.warmup_pieces = 0; }), "");
  EXPECT_EQ(refusal([](RelayReport& one) { one.warmup_pieces = 4; }),
            "the relay reports a warm-up of 4 pieces");
  RelayTask task = task_on(kSockets);
  task.warmup_pieces = 1000;
  RelayReport report = good_report();
  report.warmup_pieces = kMostPieces;
  EXPECT_NO_THROW(require_agreement(report, task));
  ++report.warmup_pieces;
  EXPECT_THROW(require_agreement(report, task), SampleFailed);
}

}  // namespace
}  // namespace splicebench
