#include "results/stats/case_change.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "results/model/metrics.h"
#include "results/stats/runs/runs_apart.h"
#include "results/testing/synthetic.h"

namespace splicebench {
namespace {

/// A run of one case with a sample per throughput, B/s.
Result run_of(const std::string& mode, const std::vector<double>& speeds) {
  Result result;
  CaseResult one{{"tcp-to-tcp", 1024, mode}, {}, {}};
  for (const double speed : speeds) {
    Sample sample;
    sample.iterations = 1;
    sample.bytes = 1024;
    sample.seconds = 1024 / speed;
    sample.round = std::ssize(one.samples);
    one.samples.push_back(sample);
  }
  result.cases.push_back(one);
  return result;
}

const std::vector<double> kSlow{90, 95, 98, 100, 102, 105, 110};
const std::vector<double> kFast{180, 190, 196, 200, 204, 210, 220};

/// Six rows of two modes; `factor` of the speed of each case.
Result run_of_rows(std::uint64_t seed, const std::function<double(const CaseId&)>& factor) {
  testing::Synthetic synthetic;
  synthetic.chunks = {1024, 2048, 4096, 8192, 16384, 32768};
  synthetic.seed = seed;
  synthetic.sample = [factor](const CaseId& id, std::int64_t round, testing::Random& random) {
    Sample sample = testing::Flat{}(id, round, random);
    sample.seconds /= factor(id);
    return sample;
  };
  return testing::make_result(synthetic);
}

double same(const CaseId& /*id*/) { return 1; }

TEST(CaseChanges, OneCaseTwiceAsFastIsClaimedAndNoOther) {
  const auto one = [](const CaseId& id) {
    return id.chunk == 4096 && id.mode == "splice" ? 2.0 : 1.0;
  };
  const std::vector<CaseChange> changes =
      case_changes(run_of_rows(1, same), run_of_rows(2, one), "B/s");
  ASSERT_EQ(changes.size(), 12U);
  for (const CaseChange& change : changes) {
    EXPECT_NEAR(change.together, 1, 0.01);
    EXPECT_NEAR(change.ratio, one(change.id), 0.04);
    EXPECT_LT(change.low, change.ratio);
    EXPECT_GT(change.high, change.ratio);
    EXPECT_EQ(change.significant, one(change.id) > 1) << change.id.name();
  }
}

TEST(CaseChanges, WhatAllCasesDoTogetherIsToldAndNotClaimed) {
  const std::vector<CaseChange> changes =
      case_changes(run_of_rows(1, same), run_of_rows(2, [](const CaseId&) { return 2.0; }), "B/s");
  for (const CaseChange& change : changes) {
    EXPECT_NEAR(change.together, 2, 0.02);
    EXPECT_NEAR(change.ratio, 1, 0.02);
    EXPECT_FALSE(change.significant);
  }
}

TEST(CaseChanges, TheSameRunTwiceIsNoChange) {
  for (const CaseChange& change : case_changes(run_of_rows(1, same), run_of_rows(1, same), "B/s")) {
    EXPECT_DOUBLE_EQ(change.ratio, 1);
    EXPECT_FALSE(change.significant);
  }
}

TEST(CaseChanges, TooFewRowsOrVisitsHaveNoInterval) {
  const std::vector<CaseChange> row =
      case_changes(run_of("splice", kSlow), run_of("splice", kFast), "B/s");
  Result short_run = run_of_rows(2, same);
  for (CaseResult& one : short_run.cases) one.samples.resize(2);
  const std::vector<CaseChange> visit = case_changes(run_of_rows(1, same), short_run, "B/s");
  ASSERT_EQ(visit.size(), 12U);
  for (const CaseChange& change : {row.at(0), visit.at(0)}) {
    EXPECT_EQ(change.low, 0);
    EXPECT_TRUE(std::isinf(change.high));
    EXPECT_FALSE(change.significant);
  }
}

TEST(CaseChanges, CasesOfOneRunAloneAreLeftOut) {
  EXPECT_TRUE(case_changes(run_of("generic", kSlow), run_of("splice", kFast), "B/s").empty());
  Result failed = run_of("splice", kFast);
  for (Sample& sample : failed.cases[0].samples) sample.error = "no route";
  EXPECT_TRUE(case_changes(run_of("splice", kSlow), failed, "B/s").empty());
}

TEST(CaseChanges, TwoStatesAreNamed) {
  std::vector<double> states;
  for (int i = 0; i < 20; ++i) states.push_back((i % 5 < 2 ? 1650 : 3100) + i);
  const std::vector<CaseChange> changes =
      case_changes(run_of("splice", kSlow), run_of("splice", states), "B/s");
  ASSERT_EQ(changes.size(), 1U);
  EXPECT_FALSE(changes[0].states_old);
  ASSERT_TRUE(changes[0].states_new);
  EXPECT_NEAR(changes[0].states_new->low_share, 0.4, 1e-9);
  EXPECT_TRUE(changes[0].two_states());
}

TEST(CaseChanges, OfWhatTheWholeMachineTookHaveNoStates) {
  std::vector<double> states;
  for (int i = 0; i < 20; ++i) states.push_back((i % 5 < 2 ? 1650 : 3100) + i);
  Result older = run_of("splice", states);
  for (Sample& sample : older.cases[0].samples) sample.system.busy = sample.seconds;
  const CaseChanges changes = case_changes(older, run_of("splice", kSlow));
  EXPECT_TRUE(changes[0].at(0).states_old) << "its throughput has";
  EXPECT_FALSE(changes[0][0].states_new);
  EXPECT_FALSE(case_changes(older, older)[2].at(0).two_states());
}

TEST(CaseChanges, CountAndCentreTheSamplesOfEachSide) {
  const CaseChange change =
      case_changes(run_of("splice", kSlow), run_of("splice", {200, 190, 240}), "B/s").at(0);
  EXPECT_EQ(change.n_old, 7);
  EXPECT_EQ(change.n_new, 3);
  EXPECT_DOUBLE_EQ(change.centre_old, 100);
  EXPECT_DOUBLE_EQ(change.centre_new, 200);
}

TEST(CaseChanges, OfAFigureThatIsNothingAreNotJudgedAndToNothingAreNone) {
  Result busy = run_of_rows(1, same);
  Result idle = busy;
  for (Sample& sample : idle.cases[2].samples) sample.relay = CpuTime();
  Result once = busy;
  for (Sample& sample : once.cases[2].samples) {
    if (sample.round < 2) sample.relay = CpuTime();  // of its first visit
  }
  EXPECT_EQ(case_changes(idle, busy)[1].size(), 11U);
  EXPECT_EQ(case_changes(busy, idle)[1].at(2).ratio, 0);
  for (const CaseChange& change :
       {case_changes(busy, once)[1].at(2), case_changes(once, busy)[1].at(2)}) {
    EXPECT_NEAR(change.ratio, 1, 0.02);
    EXPECT_EQ(change.p, 1);
    EXPECT_EQ(change.low, 0);
    EXPECT_TRUE(std::isinf(change.high));
  }
}

/// Logarithms of the medians of the visits of a case, of so many rounds each.
std::vector<double> visits_of(const Result& result, const CaseId& id, const std::string& unit,
                              std::int64_t rounds) {
  std::map<std::int64_t, std::vector<double>> visits;
  for (const CaseResult& one : result.cases) {
    if (!(one.id == id)) continue;
    for (const Sample& sample : one.samples) {
      if (sample.error.empty())
        visits[sample.round / rounds].push_back(metric_of(sample, unit).value());
    }
  }
  std::vector<double> logs;
  for (auto& [visit, values] : visits) {
    std::sort(values.begin(), values.end());
    const std::size_t n = values.size();
    logs.push_back(std::log((values[(n - 1) / 2] + values[n / 2]) / 2));
  }
  return logs;
}

TEST(CaseChanges, AreWhatTheVisitsTellOfEachCaseBesideAllOthersOfItsPathAndMode) {
  testing::Synthetic synthetic;
  synthetic.paths = {"tcp-to-tcp", "unix-to-tcp"};
  synthetic.chunks = {1024, 2048, 4096, 8192, 16384, 32768};
  synthetic.modes = {"generic", "splice", "sockmap"};
  synthetic.rounds = 12;
  Result older = testing::make_result(synthetic);
  synthetic.modes = {"splice", "generic"};
  synthetic.rounds = 11;
  synthetic.seed = 2;
  synthetic.sample = [](const CaseId& id, std::int64_t round, testing::Random& random) {
    const double scatter = id.mode == "splice" ? 0.05 : 0.01;
    Sample sample = testing::Flat{id.path == "tcp-to-tcp" ? 1.3 : 1.2, 0.02}(id, round, random);
    sample.seconds *= 1 + scatter * static_cast<double>(id.chunk / 1024 % 7);
    return sample;
  };
  Result newer = testing::make_result(synthetic);
  older.cases[0].samples[4].error = newer.cases[3].samples[0].error = "lost";
  const CaseChanges changes = case_changes(older, newer);
  for (std::size_t unit = 0; unit < changes.size(); ++unit) {
    std::vector<CaseApart> cases;
    for (const CaseResult& now : newer.cases) {
      CaseApart& one = cases.emplace_back();
      one.row = now.id.key();
      one.group = now.id.path;
      one.mode = now.id.mode;
      // Visits are of as many rounds as there are modes.
      one.older = visits_of(older, now.id, kComparedUnits[unit], 3);
      one.newer = visits_of(newer, now.id, kComparedUnits[unit], 2);
    }
    judge_apart(cases, 0.05);
    std::vector<double> ps;
    for (const CaseApart& one : cases) ps.push_back(one.p);
    const std::vector<double> adjusted = false_discovery_adjusted(ps);
    ASSERT_EQ(changes[unit].size(), cases.size());
    for (std::size_t i = 0; i < cases.size(); ++i) {
      const CaseChange& change = changes[unit][i];
      EXPECT_EQ(change.id, newer.cases[i].id);
      EXPECT_NEAR(std::log(change.together), cases[i].among, 1e-12);
      EXPECT_NEAR(std::log(change.ratio), cases[i].beyond, 1e-12);
      EXPECT_NEAR(std::log(change.low), cases[i].low, 1e-12);
      EXPECT_NEAR(std::log(change.high), cases[i].high, 1e-12);
      EXPECT_NEAR(change.p_alone, ps[i], 1e-12);
      EXPECT_NEAR(change.p, adjusted[i], 1e-12);
    }
  }
}

TEST(CaseChanges, AreClaimedFromFivePercentOn) {
  bool just = false;
  bool hardly = false;
  const Result older = run_of_rows(1, same);
  for (int step = 0; step < 60; ++step) {
    const auto one = [step](const CaseId& id) {
      return id.chunk == 4096 && id.mode == "splice" ? 1 + 0.0005 * step : 1.0;
    };
    for (const CaseChange& change : case_changes(older, run_of_rows(2, one), "B/s")) {
      EXPECT_EQ(change.significant, change.p <= 0.05) << change.p;
      just = just || (change.p > 0.03 && change.significant);
      hardly = hardly || (change.p < 0.08 && !change.significant);
    }
  }
  EXPECT_TRUE(just && hardly) << "both sides of it were seen";
}

TEST(Together, IsTheLeastAndTheMostOfThoseThatTell) {
  const auto change = [](double together, double high) {
    CaseChange one;
    one.together = together;
    one.high = high;
    return one;
  };
  constexpr double infinity = std::numeric_limits<double>::infinity();
  EXPECT_FALSE(together_in({}));
  EXPECT_FALSE(together_in({change(2, infinity)}));
  EXPECT_EQ(together_in({change(1.1, 5), change(0.5, infinity), change(0.9, 3), change(1, 2)}),
            std::optional(std::pair(0.9, 1.1)));
}

}  // namespace
}  // namespace splicebench
