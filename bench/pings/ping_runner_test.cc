#include "bench/pings/ping_runner.h"

#include <gtest/gtest.h>

#include <memory>
#include <set>

#include "harness/system/interrupt.h"

namespace splicebench {
namespace {

struct Taken {
  std::size_t index;
  std::int64_t count;
  std::int64_t warmup;
};

/// Round trips of 1 ms on a clock of its own, and a list of what was asked for.
class PingRunnerTest : public ::testing::Test {
 protected:
  PingRunnerTest() {
    result_.options.rounds = 4;
    result_.options.seed = 7;
    PingRun& ping = result_.ping.emplace();
    ping.options.count = 10;
    for (const std::int64_t size : {64, 1024}) {
      for (const char* mode : {"floor", "generic", "splice"})
        ping.cases.emplace_back().id = {"tcp-to-tcp", size, mode};
    }
  }

  BlockResult take(std::size_t index, std::int64_t count, std::int64_t warmup) {
    if (static_cast<int>(log_.size()) == interrupt_after_) throw Interrupted();
    log_.push_back({index, count, warmup});
    BlockResult taken;
    taken.block.start = now_;
    if (index == failing_) {
      taken.block.error = "the client was killed";
      return taken;
    }
    const std::unique_ptr<HistogramCounts> counts = std::make_unique<HistogramCounts>();
    (*counts)[histogram_bucket(1000000)] = static_cast<std::uint32_t>(count);
    taken.block.times = Histogram(*counts, 1000000);
    taken.block.seconds = static_cast<double>(count) * 0.001;
    taken.block.overhead_seconds = 0.01;
    now_ += taken.block.seconds + taken.block.overhead_seconds;
    taken.granted = {{"pipe", 65536, std::nullopt}};
    if (index == 1) taken.relay_congestion = "bbr";
    return taken;
  }

  /// Until its end, or `rounds` where it has none.
  std::int64_t run(std::int64_t rounds = 1000) {
    Progress progress(
        Progress::Style::none, nullptr, [this] { return now_; }, 80);
    PingRunner runner(
        result_,
        [this](std::size_t index, std::int64_t count, std::int64_t warmup) {
          return take(index, count, warmup);
        },
        progress, [this] { return now_; },
        [&](std::int64_t whole) {
          whole_ = whole;
          if (whole == rounds) interrupt_after_ = static_cast<int>(log_.size());
        });
    try {
      runner.run();
    } catch (const Interrupted&) {
      interrupted_ = true;
    }
    return runner.failures();
  }

  const std::vector<PingCase>& cases() const { return result_.ping->cases; }

  Result result_;
  std::vector<Taken> log_;
  double now_ = 100;
  int interrupt_after_ = -1;
  std::size_t failing_ = 99;
  std::int64_t whole_ = 0;
  bool interrupted_ = false;
};

TEST_F(PingRunnerTest, TakesEveryRoundOfEveryCaseAndEveryRoundTripOnce) {
  EXPECT_EQ(run(), 0);
  EXPECT_TRUE(result_.complete);
  EXPECT_EQ(whole_, 4);
  for (const PingCase& one : cases()) {
    ASSERT_EQ(one.blocks.size(), 4U);
    std::int64_t sum = 0;
    for (std::size_t round = 0; round < 4; ++round) {
      EXPECT_EQ(one.blocks[round].round, static_cast<std::int64_t>(round));
      sum += one.blocks[round].round_trips();
    }
    EXPECT_EQ(sum, 10);
    EXPECT_EQ(one.granted.at("pipe"), 65536);
    EXPECT_EQ(one.relay_congestion, &one == &cases()[1] ? "bbr" : "");
  }
}

TEST_F(PingRunnerTest, RunsTheModesOfASizeSideBySideInAnOrderOfItsSeed) {
  run();
  ASSERT_EQ(log_.size(), 24U);
  std::set<std::size_t> firsts;
  for (std::size_t i = 0; i < log_.size(); i += 3) {
    std::set<std::int64_t> sizes;
    for (std::size_t j = i; j < i + 3; ++j) sizes.insert(cases()[log_[j].index].id.chunk);
    EXPECT_EQ(sizes.size(), 1U);
    firsts.insert(log_[i].index % 3);
  }
  EXPECT_GT(firsts.size(), 1U) << "the modes take turns";
}

TEST_F(PingRunnerTest, CountsBlocksInTheOrderTheyWereTakenFromTheBeginningOfTheRun) {
  run();
  std::set<std::int64_t> sequences;
  for (const PingCase& one : cases()) {
    for (const PingBlock& block : one.blocks) {
      sequences.insert(block.sequence);
      EXPECT_GE(block.start, 0);
      EXPECT_LT(block.start, result_.wall_seconds);
    }
  }
  EXPECT_EQ(sequences.size(), 24U);
  EXPECT_EQ(*sequences.rbegin(), 23);
}

TEST_F(PingRunnerTest, WarmsUpByNoMoreThanItCounts) {
  result_.ping->options.count = 1000;
  run();
  EXPECT_EQ(log_.front().count, 250);
  EXPECT_EQ(log_.front().warmup, 100);
  log_.clear();
  result_.ping->options.count = 8;
  run();
  EXPECT_EQ(log_.front().warmup, 2);
  log_.clear();
  result_.ping->options.count = 1000;
  result_.ping->options.rate = 20;
  run();
  EXPECT_EQ(log_.front().warmup, 5) << "a quarter of a second of its schedule";
}

TEST_F(PingRunnerTest, ABlockThatFailsIsCountedAndTheOthersGoOn) {
  failing_ = 1;
  EXPECT_EQ(run(), 4);
  EXPECT_TRUE(result_.complete);
  EXPECT_EQ(cases()[1].blocks.size(), 4U);
  EXPECT_EQ(cases()[1].blocks[0].error, "the client was killed");
  EXPECT_EQ(cases()[2].blocks.size(), 4U);
}

TEST_F(PingRunnerTest, InterruptedKeepsWhatItMeasured) {
  interrupt_after_ = 8;
  run();
  EXPECT_TRUE(interrupted_);
  EXPECT_FALSE(result_.complete);
  EXPECT_EQ(whole_, 1);
  std::size_t blocks = 0;
  for (const PingCase& one : cases()) blocks += one.blocks.size();
  EXPECT_EQ(blocks, 8U);
}

TEST_F(PingRunnerTest, WithoutAnEndARoundIsMeantToTakeASecond) {
  result_.ping->options.count = 0;
  run(3);
  EXPECT_TRUE(interrupted_);
  EXPECT_FALSE(result_.complete);
  EXPECT_EQ(result_.options.rounds, 3);
  EXPECT_EQ(log_.front().count, 200) << "before it is known how long one takes";
  // A sixth of a second less the 10 ms beside it, of 1 ms each, but no fewer than the first block.
  EXPECT_EQ(log_.back().count, 200);
  result_.ping->options.rate = 300;
  log_.clear();
  interrupt_after_ = -1;
  run(1);
  EXPECT_EQ(log_.front().count, 50);
}

}  // namespace
}  // namespace splicebench
