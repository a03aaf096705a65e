// Visits: several samples of one cast of processes.

#include <gtest/gtest.h>
#include <unistd.h>

#include <utility>

#include "harness/system/interrupt.h"
#include "harness/system/sys.h"
#include "harness/testing/sample_fault.h"

namespace splicebench {
namespace {

class VisitTest : public SampleFault {
 protected:
  std::vector<Sample> visit(const std::vector<SamplePlan>& plans) {
    descriptors_ = open_descriptors();
    std::vector<Sample> samples;
    take_visit(plans, setting_, [&](std::size_t index, const SampleResult& result) {
      EXPECT_EQ(index, samples.size());
      samples.push_back(result.sample);
    });
    return samples;
  }

  std::vector<SamplePlan> plans(std::size_t count) const {
    std::vector<SamplePlan> all(count, plan_);
    for (std::size_t i = 0; i < count; ++i) all[i].mode = i % 2 == 0 ? "generic" : "splice";
    return all;
  }

  /// Counts the processes that are started in the place of `who`.
  void count_starts(const std::string& who) {
    wrap(who, fmt::format("echo x >> {};", (directory_ / "bin" / (who + ".log")).string()));
  }
  std::uintmax_t starts(const std::string& who) const {
    return fs::file_size(directory_ / "bin" / (who + ".log")) / 2;
  }
};

TEST_F(VisitTest, TakesAllItsSamplesWithProcessesThatAreStartedOnce) {
  for (const char* who : {"writer", "reader", "relay"}) count_starts(who);
  for (const Sample& sample : visit(plans(6))) {
    EXPECT_EQ(sample.error, "");
    EXPECT_EQ(sample.bytes, 40 * 65536);
  }
  for (const char* who : {"writer", "reader", "relay"}) EXPECT_EQ(starts(who), 1U) << who;
}

TEST_F(VisitTest, HasMoreCastsWhereOneHasTooFewConnections) {
  count_starts("relay");
  const std::vector<Sample> samples = visit(plans(kVisitSamples + 3));
  EXPECT_EQ(samples.size(), kVisitSamples + 3);
  for (const Sample& sample : samples) EXPECT_EQ(sample.error, "");
  EXPECT_EQ(starts("relay"), 2U);
}

TEST_F(VisitTest, GivesEachSampleItsOwnFileAndItsOwnContent) {
  plan_.path = &path_named("tcp-to-file");
  std::vector<SamplePlan> all = plans(4);
  for (std::size_t i = 0; i < all.size(); ++i) {
    all[i].hashed = true;
    all[i].seed = i;
    all[i].iterations = 10 + static_cast<std::int64_t>(i);
  }
  const std::vector<Sample> samples = visit(all);
  ASSERT_EQ(samples.size(), 4U);
  for (std::size_t i = 0; i < samples.size(); ++i) {
    EXPECT_EQ(samples[i].error, "");
    EXPECT_EQ(samples[i].iterations, all[i].iterations);
  }
}

TEST_F(VisitTest, HasNoTimeInTwoSamplesAndNothingOfWhatTheCallerTook) {
  descriptors_ = open_descriptors();
  const double begin = monotonic_seconds();
  double callers = 0;
  double samples = 0;
  take_visit(plans(3), setting_, [&](std::size_t, const SampleResult& result) {
    const double called = monotonic_seconds();
    const Sample& sample = result.sample;
    EXPECT_EQ(sample.error, "");
    EXPECT_GE(sample.start, begin);
    EXPECT_LE(sample.start + sample.seconds, called);
    EXPECT_GT(sample.overhead_seconds, 0);
    samples += sample.seconds + sample.warmup_seconds + sample.overhead_seconds;
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
    callers += monotonic_seconds() - called;
  });
  EXPECT_LE(samples, monotonic_seconds() - begin - callers);
}

TEST_F(VisitTest, SharesTheTimeOfMakingItsConnectionsAmongItsSamples) {
  PathInfo slow = *plan_.path;
  slow.open = [open = slow.open](const PathPlace& place) {
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
    return open(place);
  };
  plan_.path = &slow;
  const double begin = monotonic_seconds();
  double all = 0;
  for (const Sample& sample : visit(plans(3))) {
    EXPECT_EQ(sample.error, "");
    EXPECT_GE(sample.overhead_seconds, 0.1);
    all += sample.seconds + sample.warmup_seconds + sample.overhead_seconds;
  }
  EXPECT_LE(all, monotonic_seconds() - begin);
}

TEST_F(VisitTest, GoesOnWithItsProcessesAfterSomebodyElsesRelayFailed) {
  count_starts("relay");
  const RelayCommand none{"none", "/nowhere/relay {listen} {connect}", "", "", ""};
  std::vector<SamplePlan> all = plans(4);
  all[0].relay = all[2].relay = &none;
  const double begin = monotonic_seconds();
  const std::vector<Sample> samples = visit(all);
  ASSERT_EQ(samples.size(), 4U);
  for (std::size_t i = 0; i < samples.size(); ++i) {
    EXPECT_EQ(samples[i].error.empty(), i % 2 == 1) << samples[i].error;
    EXPECT_EQ(samples[i].iterations, plan_.iterations);
    EXPECT_GE(samples[i].start, begin);
    EXPECT_LE(samples[i].start, monotonic_seconds());
  }
  EXPECT_EQ(starts("relay"), 1U);
}

TEST_F(VisitTest, IsInterruptedAndNoErrorWhateverElseFailsThen) {
  const RelayCommand none{"none", "/nowhere/relay {listen} {connect}", "", "", ""};
  plan_.relay = &none;
  descriptors_ = open_descriptors();
  set_interrupted(true);
  EXPECT_THROW(take_sample(plan_, setting_), Interrupted);
  set_interrupted(false);
}

TEST_F(VisitTest, HasAnErrorWhereAProcessEndsBadlyAfterTheLastReport) {
  wrap("reader", fmt::format("{}; exit 3;", program("reader")));
  const std::vector<Sample> samples = visit(plans(2));
  ASSERT_EQ(samples.size(), 2U);
  EXPECT_EQ(samples[0].error, "");
  EXPECT_EQ(samples[1].error.rfind("the reader ", 0), 0U) << samples[1].error;
  EXPECT_NE(samples[1].error.find("ended with status 3"), std::string::npos) << samples[1].error;
}

TEST_F(VisitTest, HasMoreCastsWhereItsFlowsAreMoreThanACastHasConnections) {
  raise_descriptor_limit();
  plan_.chunk = 1024;
  plan_.warmup = {};
  plan_.mode = kDirect;
  // The first may be larger than that by itself.
  for (const auto& [first, casts] : {std::pair{512, 1U}, {513, 2U}, {1025, 2U}}) {
    count_starts("relay");
    std::vector<SamplePlan> all(2, plan_);
    all[0].flows = all[0].iterations = first;
    all[1].flows = all[1].iterations = 512;
    for (const Sample& sample : visit(all)) EXPECT_EQ(sample.error, "");
    EXPECT_EQ(starts("relay"), casts) << first;
    fs::remove(directory_ / "bin" / "relay.log");
    setting_.programs = dynamic_programs();
  }
}

struct Death {
  const char* who;
  const char* call;
  int phase;  ///< a sample is two: warm-up and timed part
};

class VisitDeath : public VisitTest, public ::testing::WithParamInterface<Death> {};

INSTANTIATE_TEST_SUITE_P(InTheSecondSample, VisitDeath,
                         ::testing::Values(Death{"writer", "move", 5}, Death{"reader", "move", 4},
                                           Death{"reader", "tell", 5}, Death{"relay", "move", 5},
                                           Death{"relay", "tell", 5}),
                         [](const ::testing::TestParamInfo<Death>& one) {
                           return fmt::format("{}{}{}", one.param.who, one.param.call,
                                              one.param.phase);
                         });

TEST_P(VisitDeath, IsTheErrorOfThatSampleAloneAndNamesWhoDied) {
  // Only the first process of that name is faulty.
  const std::string who = GetParam().who;
  const std::string once = directory_ / "bin" / "once";
  wrap(who, fmt::format("if mkdir {} 2>&-; then export FAULT='kill {} {} 1' LD_PRELOAD={}; fi;",
                        once, GetParam().call, GetParam().phase, SPLICEBENCH_FAULT_INJECTOR));
  const std::vector<Sample> samples = visit(plans(4));
  ASSERT_EQ(samples.size(), 4U);
  for (std::size_t i = 0; i < samples.size(); ++i) {
    if (i != 1) {
      EXPECT_EQ(samples[i].error, "") << i;
      EXPECT_EQ(samples[i].bytes, 40 * 65536);
      continue;
    }
    EXPECT_NE(samples[i].error.find(fmt::format("the {} (process ", who)), std::string::npos)
        << samples[i].error;
    EXPECT_NE(samples[i].error.find("killed by signal 9"), std::string::npos) << samples[i].error;
    EXPECT_EQ(samples[i].iterations, plan_.iterations) << "what was to be moved";
    EXPECT_GT(samples[i].start, samples[0].start);
    EXPECT_LT(samples[i].start, samples[2].start);
  }
}

TEST_F(VisitTest, RecordsRatesOfAWarmUpWithinItsBoundAndMarksOfTheTimedPart) {
  for (const char* path : {"tcp-to-tcp", "unix-to-file", "unix-to-null"}) {
    plan_.path = &path_named(path);
    plan_.iterations = 400;
    plan_.warmup = warm_up_of(plan_.iterations);
    for (const Sample& sample : visit(plans(2))) {
      ASSERT_EQ(sample.error, "");
      EXPECT_GE(sample.warmup_rates.size(), 2U);
      EXPECT_LE(sample.warmup_rates.size(), kMostPieces);
      double seconds = 0;
      for (const double rate : sample.warmup_rates) seconds += 50 * 65536 / rate;
      EXPECT_LE(seconds, sample.warmup_seconds);
      ASSERT_EQ(sample.marks.size(), kMarks);
      EXPECT_GT(sample.marks.front(), 0);
      EXPECT_TRUE(std::is_sorted(sample.marks.begin(), sample.marks.end()));
      EXPECT_LE(sample.marks.back(), sample.seconds);
    }
  }
}

TEST(WarmUp, IsInEighthsUpToHalf) {
  for (const std::int64_t flows : {1, 4}) {
    EXPECT_EQ(warm_up_of(7200, flows).piece, 900);
    EXPECT_EQ(warm_up_of(7200, flows).pieces, 4);
  }
  EXPECT_EQ(warm_up_of(60, 1).pieces, 4) << "of seven";
  EXPECT_EQ(warm_up_of(15, 1).pieces, 7) << "of one";
}

TEST(WarmUp, IsInPiecesAndAtMostHalfOfTheTimedPart) {
  for (const std::int64_t iterations : {1, 2, 3, 15, 16, 17, 31, 33, 1000, 123457}) {
    const WarmUp warmup = warm_up_of(iterations);
    EXPECT_GE(warmup.piece, 1);
    EXPECT_GE(warmup.pieces, 1);
    EXPECT_LE(warmup.pieces, static_cast<std::int64_t>(kMostPieces));
    EXPECT_LE(warmup.piece * warmup.pieces, std::max<std::int64_t>(1, iterations / 2));
  }
  EXPECT_EQ(warm_up_of(1600).pieces, 4);
}

}  // namespace
}  // namespace splicebench
