#include "results/verdict/recommendation.h"

#include <gtest/gtest.h>

#include "results/testing/synthetic.h"

namespace splicebench {
namespace {

const std::string kLarge = "generic:buffer=1MiB";

/// How a mode differs from generic.
struct Speed {
  double throughput = 1;
  double relay_cpu = 1;
  std::int64_t call = 262144;
};
using Speeds = std::function<Speed(const CaseId&)>;

Result made(const std::vector<std::string>& modes, const Speeds& speeds, std::uint64_t seed = 1,
            double noise = 0.02, std::int64_t rounds = 20) {
  testing::Synthetic synthetic;
  synthetic.modes = modes;
  synthetic.chunks = {1024, 16384, 262144};
  synthetic.seed = seed;
  synthetic.rounds = rounds;
  synthetic.sample = [&](const CaseId& id, std::int64_t round, testing::Random& random) {
    const Speed speed = speeds(id);
    Sample sample = testing::Flat{1, noise}(id, round, random);
    sample.seconds /= speed.throughput;
    sample.relay->user *= speed.relay_cpu;
    sample.relay->system *= speed.relay_cpu;
    sample.calls->in = sample.calls->out = sample.bytes / speed.call + 1;
    return sample;
  };
  return testing::make_result(synthetic);
}

Recommendation of(const Result& result) { return recommend(result, verdict_of(result)); }

/// Generic in small calls, generic and splice in large ones.
Speed small_or(const CaseId& id, const Speed& splice) {
  if (id.mode == "generic") return {1, 1, 32768};
  return id.mode == kLarge ? Speed() : splice;
}

TEST(Recommendation, IsYesWhereACopyOfTheSameSizeIsBeaten) {
  const Recommendation all = of(made({"generic", kLarge, "splice"}, [](const CaseId& id) {
    return small_or(id, {1.5, 0.5, 262144});
  }));
  ASSERT_EQ(all.advice.size(), 1U);
  const Advice& advice = all.advice.front();
  EXPECT_EQ(advice.answer, Answer::kYes);
  EXPECT_EQ(advice.modes, std::vector<std::string>{"splice"});
  EXPECT_EQ(advice.against, std::vector<std::string>{kLarge});
  EXPECT_EQ(chunk_ranges(advice.chunks, all.chunks), "at every chunk");
  EXPECT_LT(advice.throughput.low, 1.5);
  EXPECT_GT(advice.throughput.high, 1.5);
  EXPECT_GT(advice.throughput.low, 1.4);
  EXPECT_LT(advice.relay_cpu.high, 0.6);
  EXPECT_EQ(advice.throughput.claimed, 3);
}

TEST(Recommendation, IsNoYesWhereTheSizesDiffer) {
  const Recommendation all = of(made({"generic", "splice"}, [](const CaseId& id) {
    return small_or(id, {1.5, 0.5, 262144});
  }));
  ASSERT_EQ(all.advice.size(), 1U);
  EXPECT_EQ(all.advice.front().answer, Answer::kMaybe);
  EXPECT_EQ(all.advice.front().doubt, Doubt::kSizes);
}

TEST(Recommendation, IsNoYesWhereTheSizeAloneIsFaster) {
  const Recommendation all = of(made({"generic", kLarge, "splice"}, [](const CaseId& id) {
    return id.mode == "generic" ? Speed{1, 1, 32768} : Speed{1.5, 0.5, 262144};
  }));
  ASSERT_EQ(all.advice.size(), 1U);
  EXPECT_EQ(all.advice.front().answer, Answer::kMaybe);
  EXPECT_EQ(all.advice.front().doubt, Doubt::kNotTold);
  EXPECT_GT(all.advice.front().could_have_told, 1);
  EXPECT_LT(all.advice.front().could_have_told, 1.1);
}

TEST(Recommendation, IsNoWhereACopyIsBetterWhateverItsSize) {
  const Recommendation all = of(made({"generic", "splice"}, [](const CaseId& id) {
    return small_or(id, {0.7, 1.5, 262144});
  }));
  ASSERT_EQ(all.advice.size(), 1U);
  EXPECT_EQ(all.advice.front().answer, Answer::kNo);
}

TEST(Recommendation, IsMaybeWhereSpeedIsPaidForInCpu) {
  const Recommendation all = of(made({"generic", "splice"}, [](const CaseId& id) {
    return id.mode == "splice" ? Speed{1.5, 2.5} : Speed();
  }));
  ASSERT_EQ(all.advice.size(), 1U);
  EXPECT_EQ(all.advice.front().doubt, Doubt::kMixed);
}

TEST(Recommendation, NamesTheChunksOfEachAnswer) {
  const Recommendation all = of(made({"generic", "splice"}, [](const CaseId& id) {
    return id.mode == "splice" ? Speed{id.chunk < 2000 ? 0.7 : 1.5, 1} : Speed();
  }));
  ASSERT_EQ(all.advice.size(), 2U);
  EXPECT_EQ(all.advice[0].answer, Answer::kYes);
  EXPECT_EQ(chunk_ranges(all.advice[0].chunks, all.chunks), "from 16KiB on");
  EXPECT_EQ(all.advice[1].answer, Answer::kNo);
  EXPECT_EQ(chunk_ranges(all.advice[1].chunks, all.chunks), "at 1KiB");
}

TEST(Recommendation, NamesTheModesThatCannotBeToldApart) {
  const std::vector<std::string> modes{"generic", "splice", "splice:pipe=64KiB", "sockmap"};
  const Recommendation all = of(made(modes, [](const CaseId& id) {
    if (id.mode == "generic") return Speed();
    return id.mode == "sockmap" ? Speed{1.2, 0.9} : Speed{1.5, 0.5};
  }));
  ASSERT_EQ(all.advice.size(), 1U);
  EXPECT_EQ(all.advice.front().modes, (std::vector<std::string>{"splice", "splice:pipe=64KiB"}));
  ASSERT_EQ(all.map.size(), 3U);
  EXPECT_EQ(all.map.front().modes.size(), 2U);
}

TEST(Recommendation, LeavesOtherPeoplesRelaysToTheMap) {
  const Recommendation all = of(made({"generic", "splice", "relay:x"}, [](const CaseId& id) {
    return id.mode == "relay:x" ? Speed{2, 0.2} : Speed();
  }));
  ASSERT_EQ(all.advice.size(), 1U);
  EXPECT_EQ(all.advice.front().answer, Answer::kMaybe);
  EXPECT_EQ(all.map.front().modes, std::vector<std::string>{"relay:x"});
}

TEST(Recommendation, AsksForTheSizeWhereThereIsNoOtherEngine) {
  const Recommendation all = of(made({"generic", kLarge}, [](const CaseId& id) {
    return id.mode == kLarge ? Speed{1.5, 0.5} : Speed{1, 1, 32768};
  }));
  ASSERT_EQ(all.advice.size(), 1U);
  EXPECT_EQ(all.advice.front().answer, Answer::kYes);
}

TEST(Recommendation, SaysThatThereWereTooFewRounds) {
  const Recommendation all = of(made(
      {"generic", "splice"},
      [](const CaseId& id) {
        return id.mode == "splice" ? Speed{1.5, 0.5} : Speed();
      },
      1, 0.02, 3));
  ASSERT_EQ(all.advice.size(), 1U);
  EXPECT_EQ(all.advice.front().doubt, Doubt::kRounds);
}

/// Splice is so much faster under the usual congestion control, and under another.
Recommendation under_two_conditions(double usual, double other) {
  const std::vector<std::string> modes{"generic", "splice"};
  const auto with = [&](double speed) {
    return made(modes, [speed](const CaseId& id) {
      return id.mode == "splice" ? Speed{speed, 1} : Speed();
    });
  };
  Result result = with(usual);
  for (CaseResult& one : with(other).cases) {
    one.id.conditions[ConditionKind::congestion] = {"bbr", false};
    result.cases.push_back(std::move(one));
  }
  return of(result);
}

TEST(Recommendation, IsNoYesThatFlipsWithACondition) {
  const Recommendation flips = under_two_conditions(1.5, 0.7);
  ASSERT_EQ(flips.advice.size(), 1U);
  EXPECT_EQ(flips.advice.front().doubt, Doubt::kFlips);
  EXPECT_EQ(flips.map.size(), 6U) << "the map has a row for each";
  EXPECT_EQ(under_two_conditions(1.5, 1.0).advice.front().answer, Answer::kMaybe);
  EXPECT_EQ(under_two_conditions(1.5, 1.4).advice.front().answer, Answer::kYes);
}

TEST(Recommendation, OfOneModeIsNone) {
  const Recommendation all = of(made({"generic"}, [](const CaseId&) { return Speed(); }));
  EXPECT_TRUE(all.advice.empty());
  EXPECT_FALSE(all.trust.has_value());
}

TEST(Recommendation, OfACaseWithoutAGoodSampleLeavesItOut) {
  Result result = made({"generic", "splice"}, [](const CaseId& id) {
    return id.mode == "splice" ? Speed{1.5, 0.5} : Speed();
  });
  for (Sample& sample : result.cases[1].samples) sample.error = "no route";
  const Recommendation all = of(result);
  ASSERT_EQ(all.advice.size(), 1U);
  EXPECT_EQ(chunk_ranges(all.advice[0].chunks, all.chunks), "from 16KiB on");
  EXPECT_EQ(all.trust->failed, 20);
}

TEST(RecommendationSimulation, OfModesAlikeIsMaybeInAtLeast95Of100Runs) {
  int claimed = 0;
  for (std::uint64_t seed = 1; seed <= 100; ++seed) {
    const Recommendation all = of(made(
        {"generic", "splice"}, [](const CaseId&) { return Speed(); }, seed, 0.2));
    claimed += all.advice.size() == 1 && all.advice.front().answer == Answer::kMaybe ? 0 : 1;
  }
  EXPECT_LE(claimed, 5);
}

TEST(ChunkRanges, AreWords) {
  const std::vector<std::int64_t> all{1024, 2048, 4096, 8192, 16384};
  EXPECT_EQ(chunk_ranges({1024}, {1024}), "at 1KiB");
  EXPECT_EQ(chunk_ranges({1024, 2048}, all), "to 2KiB");
  EXPECT_EQ(chunk_ranges({2048, 4096, 16384}, all), "from 2KiB to 4KiB, at 16KiB");
  EXPECT_EQ(chunk_ranges({8192, 16384}, all), "from 8KiB on");
}

}  // namespace
}  // namespace splicebench
