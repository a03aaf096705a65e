#include "harness/testing/runner_fixture.h"

namespace splicebench {
namespace {

TEST_F(RunnerTest, TakesEveryRoundOfEveryCase) {
  EXPECT_EQ(run(), 0);
  EXPECT_TRUE(result_.complete);
  for (const CaseResult& one : result_.cases) {
    std::set<std::int64_t> rounds;
    for (const Sample& sample : one.samples) rounds.insert(sample.round);
    EXPECT_EQ(rounds, (std::set<std::int64_t>{0, 1, 2, 3})) << one.id.name();
    EXPECT_EQ(one.granted.at("pipe"), 65536);
  }
}

TEST_F(RunnerTest, RunsTheModesOfAGroupSideBySideInEveryRound) {
  run();
  const std::vector<Taken> measured = sampler_.of(Purpose::measure);
  ASSERT_EQ(measured.size(), 32U);
  std::set<std::string> first_modes;
  for (std::size_t i = 0; i < measured.size(); i += 2) {
    EXPECT_EQ(measured[i].id.key(), measured[i + 1].id.key());
    EXPECT_NE(measured[i].id.mode, measured[i + 1].id.mode);
    first_modes.insert(measured[i].id.mode);
  }
  EXPECT_EQ(first_modes.size(), 2U) << "the order within a group is random";
}

TEST_F(RunnerTest, VisitsRowsAndTheirCasesInTheOrdersOfItsSeed) {
  result_.options.rounds = 6;
  run();
  const std::vector<Group> groups = groups_of(result_.cases);
  std::vector<std::string> wanted;
  for (std::int64_t visit = 0; visit < 6; visit += 2) {
    for (const std::size_t row : visit_order(groups.size(), result_.options.seed, visit)) {
      for (const std::int64_t round : {visit, visit + 1}) {
        for (const std::size_t index : case_order(groups[row], result_.options.seed, round))
          wanted.push_back(result_.cases[index].id.name());
      }
    }
  }
  std::vector<std::string> taken;
  for (const Taken& one : sampler_.of(Purpose::measure)) taken.push_back(one.id.name());
  EXPECT_EQ(taken, wanted);
}

TEST_F(RunnerTest, WarnsOnceWhenAnEngineGotLessThanItAskedForWhateverThatIsCalled) {
  sampler_.granted = {{"pipe", 65536, 65536}, {"ring", 5, 8}, {"fixed", 3, {}}};
  EXPECT_EQ(run(), 0);
  EXPECT_EQ(result_.cases.front().granted,
            (std::map<std::string, std::int64_t>{{"pipe", 65536}, {"ring", 5}, {"fixed", 3}}));
  ASSERT_EQ(result_.warnings.size(), 1U);
  EXPECT_EQ(result_.warnings.front().text,
            result_.cases.front().id.name() + " asked for a ring of 8B and got 5B");
}

TEST_F(RunnerTest, WarnsOfWhatWasGrantedWhateverElseItWarnsOf) {
  result_.warnings = {{"other", "something", "do something"}};
  sampler_.granted = {{"pipe", 4096, 65536}};
  run();
  ASSERT_EQ(result_.warnings.size(), 2U);
  EXPECT_EQ(result_.warnings[1].code, "granted");
}

TEST_F(RunnerTest, RepeatsAnOrderBySeedAlone) {
  run();
  const std::vector<Taken> first = sampler_.of(Purpose::measure);
  for (CaseResult& one : result_.cases) one.samples.clear();
  sampler_.log.clear();
  iterations_.clear();
  run();
  const std::vector<Taken> second = sampler_.of(Purpose::measure);
  ASSERT_EQ(first.size(), second.size());
  for (std::size_t i = 0; i < first.size(); ++i) EXPECT_EQ(first[i].id, second[i].id);
}

TEST_F(RunnerTest, MovesTheSameBytesInAllModesOfAGroupForAtLeastMinTime) {
  run();
  std::map<std::string, std::set<std::int64_t>> bytes;
  for (const CaseResult& one : result_.cases) {
    for (const Sample& sample : one.samples) {
      bytes[one.id.key()].insert(sample.bytes);
      if (one.id.path == "tcp-to-tcp") {
        EXPECT_GE(sample.seconds, result_.options.min_time) << one.id.name();
      }
    }
  }
  for (const auto& [group, amounts] : bytes) EXPECT_EQ(amounts.size(), 1U) << group;
}

TEST_F(RunnerTest, MakesFilesAsLongAsMinTimeAsksWithinTheirBoundAndOfAChunkAtLeast) {
  for (const std::int64_t bound : {32 << 20, 1 << 20, 5000}) {
    file_bytes_ = bound;
    iterations_.clear();
    for (CaseResult& one : result_.cases) one.samples.clear();
    run();
    for (const CaseResult& one : result_.cases) {
      if (one.id.path != "tcp-to-file") continue;
      for (const Sample& sample : one.samples) {
        if (bound == 32 << 20) {
          EXPECT_NEAR(static_cast<double>(sample.bytes), 25e6, 65536) << one.id.name();
        } else {
          EXPECT_EQ(sample.iterations, std::max<std::int64_t>(1, bound / one.id.chunk));
        }
      }
    }
  }
}

TEST_F(RunnerTest, VerifiesEachCaseOnceBeforeItIsTimedAndWarmsUpEachSample) {
  run();
  std::set<std::string> verified;
  for (const Taken& one : sampler_.log) {
    if (one.purpose == Purpose::verify) {
      EXPECT_TRUE(verified.insert(one.id.name()).second);
    } else {
      EXPECT_TRUE(verified.contains(one.id.name()));
      EXPECT_GT(one.warmup.pieces, 0);
      EXPECT_LE(one.warmup.pieces * one.warmup.piece,
                std::max<std::int64_t>(1, one.iterations / 2));
    }
  }
  EXPECT_EQ(verified.size(), result_.cases.size());
}

TEST_F(RunnerTest, GivesNoNumberToACaseWhoseBytesWereWrong) {
  sampler_.wrong_bytes = "Splice/tcp-to-tcp/1024/mode=splice";
  EXPECT_EQ(run(), 1);
  for (const CaseResult& one : result_.cases) {
    if (one.id.name() != sampler_.wrong_bytes) {
      EXPECT_EQ(one.samples.size(), 4U);
      continue;
    }
    ASSERT_EQ(one.samples.size(), 1U);
    EXPECT_EQ(one.samples[0].error, "verification: the content was changed on the way");
    EXPECT_EQ(one.samples[0].round, 0) << "before any";
  }
  EXPECT_TRUE(result_.complete);
}

TEST_F(RunnerTest, TriesAVerificationThatFailedAgainWhenItGoesOn) {
  sampler_.wrong_bytes = "Splice/tcp-to-tcp/1024/mode=splice";
  EXPECT_EQ(run(), 1);
  sampler_.wrong_bytes.clear();
  EXPECT_EQ(run(), 0);
  for (const CaseResult& one : result_.cases) {
    EXPECT_EQ(one.samples.size(), 4U) << one.id.name();
    for (const Sample& sample : one.samples) EXPECT_EQ(sample.error, "");
  }
}

TEST_F(RunnerTest, CalibratesNothingOfARowOfWhichNothingIsMeasured) {
  left_out_ = {"splice"};
  sampler_.wrong_bytes = "Splice/tcp-to-tcp/1024/mode=generic";
  EXPECT_EQ(run(), 1);
  for (const Taken& one : sampler_.of(Purpose::calibrate))
    EXPECT_NE(one.id.name(), sampler_.wrong_bytes);
  EXPECT_FALSE(iterations_.contains("tcp-to-tcp/1024"));
  EXPECT_EQ(samples(), 3U * 4 + 1);
}

TEST_F(RunnerTest, GoesOnAfterASampleThatIsAnError) {
  sampler_.dying = "Splice/tcp-to-tcp/1024/mode=generic";
  EXPECT_EQ(run(), 1);
  EXPECT_EQ(samples(), 32U);
  EXPECT_EQ(result_.cases[0].samples[1].error, "the writer was killed");
}

TEST_F(RunnerTest, DropsTheSampleInProgressWhenInterruptedAndKeepsTheRest) {
  sampler_.interrupt_after = 35;
  run();
  EXPECT_TRUE(interrupted_);
  EXPECT_FALSE(result_.complete);
  EXPECT_EQ(samples(), sampler_.of(Purpose::measure).size() - 1);
}

TEST_F(RunnerTest, ResumedFromItsJournalTakesJustWhatIsMissingInTheSameOrder) {
  FakeSampler& sampler = sampler_;
  run();
  std::vector<std::pair<std::int64_t, std::string>> whole;
  for (const CaseResult& one : result_.cases) {
    for (const Sample& sample : one.samples) whole.emplace_back(sample.sequence, one.id.name());
  }
  const Iterations calibrated = iterations_;

  for (CaseResult& one : result_.cases) one.samples.clear();
  sampler = {};
  sampler.interrupt_after = 40;
  iterations_.clear();
  journal_ = journal_header(result_);
  run();
  const JournalContents kept = parse_journal(journal_, "journal");
  result_ = kept.result;
  iterations_ = kept.iterations;
  EXPECT_EQ(iterations_, calibrated);
  const std::size_t before = samples();
  sampler = {};
  run();
  EXPECT_EQ(sampler.of(Purpose::measure).size(), 32 - before);
  EXPECT_TRUE(sampler.of(Purpose::calibrate).empty());
  std::vector<std::pair<std::int64_t, std::string>> resumed;
  for (const CaseResult& one : result_.cases) {
    for (const Sample& sample : one.samples) resumed.emplace_back(sample.sequence, one.id.name());
  }
  EXPECT_EQ(resumed, whole);
  sampler = {};
  run();
  EXPECT_TRUE(sampler.log.empty()) << "what is finished is not verified again either";
}

TEST_F(RunnerTest, SamplesOverHostsLastTwoHundredRoundTripsOfTheControlPath) {
  // Of each three one has stalled.
  sampler_.round_trips = {0.001, 0.5, 0.001};
  for (const std::int64_t chunk : {1024, 65536})
    result_.cases.push_back({{"tcp-to-tcp", chunk, "sockmap"}, {}, {}});
  run();
  for (const CaseResult& one : result_.cases) {
    if (one.id.path != "tcp-to-tcp") continue;  // the other is a file, which has a bound
    for (const Sample& sample : one.samples) {
      EXPECT_GE(sample.seconds, 0.2) << one.id.name();
      EXPECT_LE(sample.seconds, 0.2 * 1.25 * 2 + 0.001) << "and the slower mode twice that";
    }
  }
}

TEST_F(RunnerTest, SamplesOverASlowControlPathTakeNoMoreThanAQuarterOfTheTimeoutForIt) {
  sampler_.round_trips = {0.5};
  result_.options.timeout = 0.4;
  run();
  for (const Taken& one : sampler_.of(Purpose::measure)) {
    if (one.id.path != "tcp-to-tcp") continue;  // the other is a file, which has a bound
    EXPECT_NEAR(one.iterations * one.id.chunk, 2e9 * 0.1 * 1.25, one.id.chunk) << one.id.name();
  }
  result_.options.min_time = 0.2;
  EXPECT_EQ(least_seconds(result_.options, 0.5), 0.2) << "what was asked for";
}

TEST_F(RunnerTest, StrangersThatCameBeforeASampleWasRecordedAreCountedAtTheNext) {
  sampler_.strangers = 1;
  run();
  std::int64_t counted = 0;
  for (const CaseResult& one : result_.cases) {
    for (const Sample& sample : one.samples) counted += sample.hosts.strangers.value_or(0);
  }
  EXPECT_EQ(counted, std::ssize(sampler_.log));
}

}  // namespace
}  // namespace splicebench
