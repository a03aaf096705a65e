// How long samples are, and what a run keeps of them beside their figures.

#include "harness/testing/runner_fixture.h"

#include <cmath>
#include <tuple>

namespace splicebench {
namespace {

TEST_F(RunnerTest, VerifiesFourMebibytesOfACaseOrAChunkOfEachFlow) {
  result_.cases.resize(1);
  for (const auto& [chunk, flows, iterations] :
       {std::tuple{1024, 1, 4096}, {8 << 20, 1, 1}, {1024, 16, 4096}, {1 << 20, 16, 16}}) {
    result_.cases[0] = {};
    result_.cases[0].id = CaseId("tcp-to-tcp", chunk, "generic");
    result_.cases[0].id.conditions[ConditionKind::flows].value = std::to_string(flows);
    sampler_ = {};
    run();
    const std::vector<Taken> verified = sampler_.of(Purpose::verify);
    ASSERT_EQ(verified.size(), 1U);
    EXPECT_EQ(verified[0].iterations, iterations) << chunk << ' ' << flows;
    EXPECT_EQ(verified[0].warmup.pieces, 0);
    for (const Taken& one : sampler_.log) EXPECT_EQ(one.iterations % flows, 0) << flows;
    // What a flow has at least.
    for (const Taken& one : sampler_.of(Purpose::measure)) {
      EXPECT_GE(one.iterations / flows * chunk, flows == 1 ? 1 : 256 << 10);
    }
  }
}

TEST_F(RunnerTest, AimsAtAQuarterMoreThanMinTimeOfTheFastestFromTheRateOfTheGroupBefore) {
  std::erase_if(result_.cases, [](const CaseResult& one) { return one.id.path != "tcp-to-tcp"; });
  run();
  std::map<std::string, std::vector<std::int64_t>> calibrated;
  for (const Taken& one : sampler_.of(Purpose::calibrate)) {
    if (one.id.mode == "splice") calibrated[one.id.key()].push_back(one.iterations * one.id.chunk);
  }
  // 4 MiB are 2.1 ms, too short to scale from; of the next group half of what min_time takes is
  // 5 ms.
  ASSERT_EQ(calibrated["tcp-to-tcp/1024"].size(), 2U);
  EXPECT_EQ(calibrated["tcp-to-tcp/1024"][0], 4 << 20);
  ASSERT_EQ(calibrated["tcp-to-tcp/65536"].size(), 1U);
  EXPECT_NEAR(calibrated["tcp-to-tcp/65536"][0], 1e7, 65536);
  for (const Taken& one : sampler_.of(Purpose::measure))
    EXPECT_NEAR(one.iterations * one.id.chunk, 2e9 * 0.01 * 1.25, one.id.chunk) << one.id.name();
}

TEST_F(RunnerTest, ScalesFromASampleThatTookExactlyTheShareThatIsLongEnough) {
  result_.cases.resize(1);
  const double seconds = (4 << 20) / 1e9;  // of the first
  double& wanted = result_.options.min_time;
  for (wanted = seconds / 0.35; 0.35 * wanted > seconds;) wanted = std::nextafter(wanted, 0);
  while (0.35 * wanted < seconds) wanted = std::nextafter(wanted, 1);
  ASSERT_EQ(0.35 * wanted, seconds);
  run();
  EXPECT_EQ(sampler_.of(Purpose::calibrate).size(), 1U);
  wanted *= 1.001;
  iterations_.clear();
  for (CaseResult& one : result_.cases) one.samples.clear();
  sampler_ = {};
  run();
  EXPECT_EQ(sampler_.of(Purpose::calibrate).size(), 2U);
}

TEST_F(RunnerTest, GivesEachFlowAtLeastAQuarterOfAMebibyte) {
  result_.cases.resize(1);
  result_.options.min_time = 1e-9;
  for (const auto& [chunk, flows, each] : {std::tuple{65536, 1, 1},
                                           {1024, 2, 256},
                                           {1024, 3, 256},
                                           {65536, 16, 4},
                                           {1 << 20, 16, 1}}) {
    result_.cases[0] = {};
    result_.cases[0].id = CaseId("tcp-to-tcp", chunk, "generic");
    result_.cases[0].id.conditions[ConditionKind::flows].value = std::to_string(flows);
    sampler_ = {};
    iterations_.clear();
    run();
    for (const Taken& one : sampler_.of(Purpose::measure)) EXPECT_EQ(one.iterations, each * flows);
  }
}

TEST_F(RunnerTest, SharesTheBoundOfAFileAmongItsFlowsAndTriesNoFurtherThere) {
  result_.cases.resize(1);
  file_bytes_ = 1 << 20;
  for (const std::int64_t flows : {1, 4}) {
    result_.cases[0] = {};
    result_.cases[0].id = CaseId("tcp-to-file", 4096, "generic");
    result_.cases[0].id.conditions[ConditionKind::flows].value = std::to_string(flows);
    sampler_ = {};
    iterations_.clear();
    run();
    EXPECT_EQ(sampler_.of(Purpose::calibrate).size(), 1U) << "it would come to the same";
    for (const Taken& one : sampler_.of(Purpose::measure)) EXPECT_EQ(one.iterations, 256);
  }
}

TEST_F(RunnerTest, CalibratesByWhatIsNoErrorAndElseTakesItsFirstGuess) {
  result_.cases.resize(2);
  const std::string generic = result_.cases[0].id.name();
  const std::string splice = result_.cases[1].id.name();
  sampler_.lost = {{Purpose::calibrate, splice}};
  run();
  for (const Taken& one : sampler_.of(Purpose::measure))
    EXPECT_NEAR(one.iterations * 1024, 1e9 * 0.01 * 1.25, 1024) << "the slower one's rate";
  for (CaseResult& one : result_.cases) one.samples.clear();
  iterations_.clear();
  sampler_ = {};
  sampler_.lost = {{Purpose::calibrate, splice}, {Purpose::calibrate, generic}};
  EXPECT_EQ(run(), 0);
  EXPECT_EQ(sampler_.of(Purpose::calibrate).size(), 2U);
  for (const Taken& one : sampler_.of(Purpose::measure)) EXPECT_EQ(one.iterations, 4096);
}

TEST_F(RunnerTest, GivesUpCalibratingAfterFiveTries) {
  result_.cases.resize(1);
  sampler_.faster = 100;
  run();
  EXPECT_EQ(sampler_.of(Purpose::calibrate).size(), 5U);
  EXPECT_EQ(samples(), 4U) << "and measures all the same";
}

TEST_F(RunnerTest, CountsItsTimeAndWhereInItEachSampleBegan) {
  const double began = sampler_.now;
  run();
  EXPECT_DOUBLE_EQ(result_.wall_seconds, sampler_.now - began);
  double rounds = 0;
  std::map<std::int64_t, double> starts;
  for (const CaseResult& one : result_.cases) {
    for (const Sample& sample : one.samples) {
      rounds += sample.seconds + sample.warmup_seconds + 0.005;
      EXPECT_TRUE(starts.emplace(sample.sequence, sample.start).second);
    }
  }
  EXPECT_NEAR(result_.rounds_seconds, rounds, 1e-9);
  EXPECT_EQ(starts.begin()->first, 0);
  EXPECT_EQ(starts.rbegin()->first, 31);
  EXPECT_NEAR(starts[0], result_.wall_seconds - rounds, 1e-9);
  for (std::int64_t i = 1; i < 32; ++i) EXPECT_GT(starts[i], starts[i - 1]);
  // Gone on with, after an hour.
  const double before = result_.wall_seconds;
  sampler_.now += 3600;
  result_.options.rounds = 5;
  run();
  EXPECT_GT(result_.cases[0].samples[4].start, before);
  EXPECT_LT(result_.cases[0].samples[4].start, result_.wall_seconds);
  EXPECT_LT(result_.wall_seconds, before + 3);
  EXPECT_GE(result_.cases[0].samples[4].sequence, 32);
}

TEST_F(RunnerTest, LeavesOutAModeAndIsNotCompleteThen) {
  left_out_ = {"splice"};
  EXPECT_EQ(run(), 0);
  for (const Taken& one : sampler_.log) EXPECT_EQ(one.id.mode, "generic");
  EXPECT_EQ(samples(), 16U);
  EXPECT_FALSE(result_.complete);
}

TEST_F(RunnerTest, HasNothingLeftWhenEveryCaseHasItsRoundsOrTheTimeIsOver) {
  EXPECT_FALSE(nothing_left(result_));
  run();
  EXPECT_TRUE(nothing_left(result_));
  result_.cases[3].samples[0].error = "verification: wrong";
  EXPECT_FALSE(nothing_left(result_)) << "that is no sample";
  result_.options.time = 5;
  EXPECT_TRUE(nothing_left(result_)) << "it had its time";
  result_.complete = false;
  EXPECT_FALSE(nothing_left(result_));
}

TEST_F(RunnerTest, WritesDownWhatWasGrantedOnceForACaseAndWhenItChanges) {
  const auto lines = [this] {
    std::size_t count = 0;
    for (std::size_t at = 0; (at = journal_.find("granted", at)) != std::string::npos; ++count)
      at = journal_.find('\n', at);
    return count;
  };
  result_.cases.resize(1);
  run();
  EXPECT_EQ(lines(), 1U);
  EXPECT_EQ(result_.cases[0].relay_congestion, "");
  sampler_.granted = {};
  sampler_.relay_congestion = "bbr";
  result_.options.rounds = 6;
  run();
  EXPECT_EQ(lines(), 2U);
  EXPECT_EQ(result_.cases[0].relay_congestion, "bbr");
  EXPECT_EQ(result_.cases[0].granted.at("pipe"), 65536) << "nothing new was said of it";
  sampler_.granted = {{"pipe", 4096, {}}};
  result_.options.rounds = 8;
  run();
  EXPECT_EQ(lines(), 3U);
  EXPECT_EQ(result_.cases[0].granted.at("pipe"), 4096);
  EXPECT_EQ(result_.cases[0].relay_congestion, "bbr");
}

TEST_F(RunnerTest, SaysWhatRaisesThePipesLimit) {
  sampler_.granted = {{"pipe", 65536, 1 << 20}};
  run();
  ASSERT_EQ(result_.warnings.size(), 1U);
  EXPECT_EQ(result_.warnings[0].advice, "raise it with: sysctl fs.pipe-max-size=1048576");
  EXPECT_NE(journal_.find("fs.pipe-max-size"), std::string::npos) << "a resumed run keeps it";
}

TEST_F(RunnerTest, ShowsHowFarItIs) {
  run();
  EXPECT_NE(screen_.find("verifying and calibrating 1/8  tcp-to-tcp 1KiB generic"),
            std::string::npos)
      << screen_;
  EXPECT_NE(screen_.find("measuring 1/32  round 1/4 "), std::string::npos) << screen_;
  EXPECT_NE(screen_.find("measuring 29/32  1 s left  round 3/4 "), std::string::npos) << screen_;
  EXPECT_TRUE(screen_.ends_with("\r\x1b[K")) << "wiped";
  for (const CaseResult& one : result_.cases)
    sampler_.lost.insert({Purpose::verify, one.id.name()});
  result_.options.rounds = 9;
  screen_.clear();
  run();
  EXPECT_EQ(screen_.find("measuring"), std::string::npos) << screen_;
  EXPECT_TRUE(screen_.ends_with("\r\x1b[K")) << "wiped though nothing is measured";
  for (CaseResult& one : result_.cases) {
    std::erase_if(one.samples, [](const Sample& sample) { return !sample.error.empty(); });
  }
  sampler_.lost.clear();
  // What is there is not counted again, and more than there shall be is nothing.
  for (const std::int64_t rounds : {5, 2}) {
    result_.options.rounds = rounds;
    result_.cases[0].samples.resize(1);
    screen_.clear();
    run();
    EXPECT_NE(screen_.find(rounds == 5 ? "measuring 1/11  round " : "measuring 1/1  round "),
              std::string::npos)
        << screen_;
  }
  // A plan has no rounds to be counted.
  result_.options.time = 0.5;
  resolution_ = [](const CaseResult&, const CaseResult& mode) {
    return Resolution{mode.id.chunk == 1024 ? 0.01 : 0.5, mode.id.chunk == 1024 ? 0.05 : 0};
  };
  screen_.clear();
  run();
  EXPECT_EQ(screen_.find("round "), std::string::npos) << screen_;
  EXPECT_NE(screen_.find(" left  tcp-to-"), std::string::npos) << screen_;
  result_.options.time = 30;
  screen_.clear();
  run();
  EXPECT_NE(screen_.find("measuring 2 of 4 rows within 3%, 0 can tell it  "), std::string::npos)
      << screen_;
  resolution_ = [](const CaseResult&, const CaseResult& mode) {
    return Resolution{mode.id.chunk == 1024 ? 0.01 : 0.5, mode.id.chunk == 1024 ? 0.01 : 0};
  };
  result_.options.time = 60;
  screen_.clear();
  run();
  EXPECT_NE(screen_.find("measuring 2 of 4 rows within 3%, 2 can tell it  "), std::string::npos)
      << screen_;
}

}  // namespace
}  // namespace splicebench
