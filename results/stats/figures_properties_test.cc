// What holds of every figure and claim of a run: against a second way to compute it, or against
// itself after a change that must make no difference.

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <optional>
#include <random>

#include "results/model/metrics.h"
#include "results/stats/case_change.h"
#include "results/stats/case_figures.h"
#include "results/stats/paired.h"
#include "results/stats/runs/runs_apart.h"
#include "results/stats/sample_comparison.h"
#include "results/stats/settled.h"
#include "results/stats/width.h"
#include "results/testing/draws.h"
#include "results/testing/synthetic.h"

namespace splicebench {
namespace {

using testing::make_result;
using testing::Synthetic;

/// A run of `cases` modes beside generic; some differ from it, some only a little.
Result some_run(std::size_t modes, double splice_ratio, std::uint64_t seed) {
  Synthetic synthetic;
  synthetic.chunks = {1024, 2048, 4096, 8192, 16384, 65536};
  for (std::size_t i = 2; i < modes; ++i) synthetic.modes.push_back("mode" + std::to_string(i));
  synthetic.sample = testing::Flat{splice_ratio, 0.02};
  synthetic.rounds = 12;
  synthetic.seed = seed;
  return make_result(synthetic);
}

TEST(FigureProperties, ChangesAreAdjustedByTheirRankAndMonotone) {
  for (const std::size_t modes : {2U, 3U, 8U}) {
    for (const std::vector<CaseChange>& unit :
         case_changes(some_run(modes, 1.2, 1), some_run(modes, 1.205, 2))) {
      ASSERT_EQ(unit.size(), modes * 6);
      std::size_t claimed = 0;
      for (const CaseChange& one : unit) {
        // The definition: the least of p * (number of all) / (number of p not larger), over those
        // at least as large.
        double adjusted = 1;
        for (const CaseChange& other : unit) {
          if (other.p_alone < one.p_alone) continue;
          const auto as_small = std::count_if(
              unit.begin(), unit.end(),
              [&](const CaseChange& third) { return third.p_alone <= other.p_alone; });
          adjusted = std::min(adjusted, other.p_alone * static_cast<double>(unit.size()) /
                                            static_cast<double>(as_small));
          EXPECT_LE(one.p, other.p) << "monotone in p of a case alone";
        }
        EXPECT_NEAR(one.p, adjusted, 1e-12);
        EXPECT_GE(one.p, one.p_alone);
        EXPECT_EQ(one.significant, one.p <= 0.05);
        EXPECT_EQ(one.low > 1 || one.high < 1, one.p_alone < 0.05) << "interval and p agree";
        claimed += one.significant;
      }
      EXPECT_LT(claimed, unit.size());
    }
  }
}

TEST(FigureProperties, AdjustedPIsMonotoneAndAtLeastTheRawOneOfAnyNumber) {
  testing::Random random(20260401);
  for (std::size_t n = 0; n <= 60; ++n) {
    std::vector<double> raw;
    // Some are small, some equal: in few steps.
    for (std::size_t i = 0; i < n; ++i)
      raw.push_back(std::pow(std::floor(testing::uniform(random) * 20) / 20, 3));
    const std::vector<double> adjusted = false_discovery_adjusted(raw);
    ASSERT_EQ(adjusted.size(), n);
    for (std::size_t i = 0; i < n; ++i) {
      EXPECT_GE(adjusted[i], raw[i]);
      EXPECT_LE(adjusted[i], std::min(1.0, static_cast<double>(n) * raw[i])) << "Bonferroni's";
      for (std::size_t j = 0; j < n; ++j) {
        if (raw[i] <= raw[j]) {
          EXPECT_LE(adjusted[i], adjusted[j]);
        }
      }
    }
  }
}

TEST(FigureProperties, AChangeBackIsTheInverse) {
  const Result older = some_run(3, 1.2, 1);
  const Result newer = some_run(3, 1.3, 2);
  const CaseChanges there = case_changes(older, newer);
  const CaseChanges back = case_changes(newer, older);
  for (std::size_t unit = 0; unit < there.size(); ++unit) {
    ASSERT_EQ(there[unit].size(), back[unit].size());
    for (std::size_t i = 0; i < there[unit].size(); ++i) {
      EXPECT_NEAR(there[unit][i].ratio * back[unit][i].ratio, 1, 1e-12);
      EXPECT_NEAR(there[unit][i].low * back[unit][i].high, 1, 1e-12);
      EXPECT_NEAR(there[unit][i].high * back[unit][i].low, 1, 1e-12);
      EXPECT_NEAR(there[unit][i].p, back[unit][i].p, 1e-12);
      EXPECT_EQ(there[unit][i].n_old, back[unit][i].n_new);
    }
  }
}

/// All that is said of a run, as numbers: two alike say the same.
std::vector<double> all_figures(const Result& result) {
  std::vector<double> all;
  const auto add = [&](const std::optional<CaseSummary>& summary) {
    all.push_back(summary ? 1 : 0);
    if (!summary) return;
    all.insert(all.end(),
               {summary->centre, summary->low, summary->high, static_cast<double>(summary->n)});
    if (summary->states) all.insert(all.end(), {summary->states->low, summary->states->high});
  };
  for (const CaseFigures& one : figures_of(result)) {
    for (const auto* summary : {&one.throughput, &one.relay_cpu, &one.peers_cpu, &one.processes_cpu,
                                &one.system_cpu, &one.bytes_per_call, &one.calls_per_mib})
      add(*summary);
    all.push_back(static_cast<double>(one.good));
    if (one.cpu)
      all.insert(all.end(),
                 {one.cpu->relay_user, one.cpu->relay_system, one.cpu->peers, one.cpu->total()});
    if (one.bottleneck) all.push_back(one.bottleneck->share);
  }
  for (const PairedTable& table : compare_modes(result)) {
    for (const PairedComparison& row : table.rows)
      all.insert(all.end(), {row.ratio, row.low, row.high, row.p, row.p_holm, row.could_have_told,
                             static_cast<double>(row.n)});
  }
  for (const CaseResult& one : result.cases) {
    all.push_back(drift_within(one).value_or(0));
    for (const char* const unit :
         {"sec/op", "B/s", "relay-cpu-sec/GB", "system-cpu-sec/GB", "calls/op", "B/call"}) {
      const std::vector<double> values = values_of(one, unit);
      all.push_back(static_cast<double>(values.size()));
      for (const double value : values) all.push_back(value);
    }
    const Resolution known =
        resolution_of(result.cases.front(), one, claim_levels(result)).value_or(Resolution());
    all.insert(all.end(), {known.half_width, known.told});
  }
  return all;
}

TEST(FigureProperties, ASampleThatIsAnErrorIsInNoFigure) {
  Synthetic synthetic;
  synthetic.rounds = 21;
  Result whole = make_result(synthetic);
  for (CaseResult& one : whole.cases) {
    for (Sample& sample : one.samples) {
      sample.calls = {.in = 10, .out = 20, .wait = 3};
      sample.marks = {1, 2, 3, 4, 6, 8, 10, 12};
    }
  }
  Result without = whole;
  for (CaseResult& one : without.cases)
    std::erase_if(one.samples, [](const Sample& sample) { return sample.round % 7 == 3; });
  for (CaseResult& one : whole.cases) {
    for (Sample& sample : one.samples) {
      if (sample.round % 7 != 3) continue;
      // Whatever it had counted until then.
      sample.error = "the reader hung up";
      sample.seconds *= 1000;
      sample.bytes /= 3;
      sample.relay = CpuTime{5, 7};
      sample.writer = CpuTime{50, 70};
      sample.system.busy = 900;
      sample.system.known = false;
      sample.calls->in = 99999;
      sample.marks = {1, 2};
    }
  }
  EXPECT_EQ(all_figures(whole), all_figures(without));
  const CaseChanges changes = case_changes(without, whole);
  for (const std::vector<CaseChange>& unit : changes) {
    ASSERT_EQ(unit.size(), whole.cases.size());
    for (const CaseChange& change : unit) EXPECT_DOUBLE_EQ(change.ratio, 1);
  }
}

TEST(FigureProperties, PairsAreByTheNumberOfTheRoundAndNotByTheirOrder) {
  const Result whole = make_result({});
  Result shuffled = whole;
  std::mt19937_64 random(6);
  for (CaseResult& one : shuffled.cases)
    std::shuffle(one.samples.begin(), one.samples.end(), random);
  for (const char* const unit : {"B/s", "relay-cpu-sec/GB", "system-cpu-sec/GB"}) {
    const PairedTable there = compare_paired(whole, unit);
    const PairedTable here = compare_paired(shuffled, unit);
    ASSERT_EQ(there.rows.size(), here.rows.size());
    for (std::size_t i = 0; i < there.rows.size(); ++i)
      EXPECT_EQ(there.rows[i].log_ratios, here.rows[i].log_ratios);
  }
  // Of rounds that only one of the two has, there is no pair: not even with a neighbour.
  Result parted = whole;
  for (std::size_t i = 0; i < parted.cases.size(); ++i)
    std::erase_if(parted.cases[i].samples, [&](const Sample& sample) {
      return sample.round % 2 == static_cast<std::int64_t>(i % 2);
    });
  EXPECT_TRUE(compare_paired(parted, "B/s").rows.empty());
}

TEST(FigureProperties, TheBottleneckIsTheBusiestCpuByWhoeverSharesIt) {
  Sample sample;
  sample.iterations = 1;
  sample.bytes = 1 << 30;
  sample.seconds = 1;
  sample.relay = CpuTime{0.1, 0.4};
  sample.writer = CpuTime{0.2, 0.1};
  sample.reader = CpuTime{0.1, 0.5};
  const CaseResult one{{"tcp-to-tcp", 1024, "generic"}, {}, {sample, sample, sample}};
  Sharing sharing;
  EXPECT_EQ(figures_of(one, sharing).bottleneck->processes, "reader");
  EXPECT_NEAR(figures_of(one, sharing).bottleneck->share, 0.6, 1e-12);
  EXPECT_FALSE(figures_of(one, sharing).bottleneck->relay);
  sharing.writer = true;
  EXPECT_EQ(figures_of(one, sharing).bottleneck->processes, "writer+relay");
  EXPECT_NEAR(figures_of(one, sharing).bottleneck->share, 0.8, 1e-12);
  EXPECT_TRUE(figures_of(one, sharing).bottleneck->relay);
  sharing.writer = false;
  sharing.peers = true;
  EXPECT_EQ(figures_of(one, sharing).bottleneck->processes, "writer+reader");
  EXPECT_NEAR(figures_of(one, sharing).bottleneck->share, 0.9, 1e-12);
  sharing.peers = false;
  sharing.reader = true;
  EXPECT_NEAR(figures_of(one, sharing).bottleneck->share, 1.1, 1e-12);
  // None is half busy.
  CaseResult idle = one;
  for (Sample& each : idle.samples) each.seconds = 2;
  EXPECT_EQ(figures_of(idle, Sharing{}).bottleneck->processes, kWaiting);
  EXPECT_NEAR(figures_of(idle, Sharing{}).bottleneck->share, 0.7, 1e-12);
}

TEST(FigureProperties, ARowWithoutItsBaselineIsNotCompared) {
  Result result = make_result({});
  const std::size_t rows = compare_paired(result, "B/s").rows.size();
  ASSERT_GT(rows, 1U);
  result.cases.erase(result.cases.begin());
  ASSERT_NE(result.cases.front().id.mode, "generic");
  EXPECT_EQ(compare_paired(result, "B/s").rows.size(), rows - 1);
}

TEST(FigureProperties, ASampleOfWhichHalfTookNoTimeSaysNothingOfDrift) {
  CaseResult one{{"tcp-to-tcp", 1024, "generic"}, {}, {}};
  Sample sample;
  sample.marks = {1, 2, 3, 4, 6, 8, 10, 12};
  one.samples.assign(8, sample);
  const std::optional<double> drift = drift_within(one);
  ASSERT_TRUE(drift);
  EXPECT_NEAR(*drift, 0.5, 1e-12) << "half as fast in the second half";
  sample.marks = {1, 1, 1, 1, 2, 3, 4, 5};
  one.samples.insert(one.samples.end(), 20, sample);
  sample.marks = {1, 2, 3, 4, 4, 4, 4, 4};
  one.samples.insert(one.samples.end(), 20, sample);
  EXPECT_EQ(drift_within(one), drift);
}

TEST(FigureProperties, WhatCouldHaveBeenToldIsHalfTheIntervalAndWhatPowerAdds) {
  Synthetic synthetic;
  synthetic.chunks = {1024};
  std::vector<PairedTable> one{compare_paired(make_result(synthetic), "B/s")};
  judge(one, kIntervalLevel);  // alone, so that the claim's interval is its own
  const PairedComparison& row = one[0].rows.at(0);
  const double ratio = std::log(row.ratio);
  const double wider = std::max(std::log(row.high) - ratio, ratio - std::log(row.low));
  // 80 % power: 0.8416 standard errors beyond, of which half the interval has 1.9600.
  const double power = 0.841621 / 1.959964 * (std::log(row.high) - std::log(row.low)) / 2;
  EXPECT_NEAR(std::log(row.could_have_told), wider + power, 1e-6);
}

TEST(FigureProperties, TheBaselineIsGenericOrTheFirstThatRelays) {
  Result result;
  const auto baseline_of = [&](const std::vector<std::string>& modes) {
    result.options.modes = modes;
    return baseline_mode(result);
  };
  EXPECT_EQ(baseline_of({"splice", "generic"}), "generic");
  EXPECT_EQ(baseline_of({kDirect, "splice", "sockmap"}), "splice");
  EXPECT_EQ(baseline_of({"sockmap", "splice"}), "sockmap");
  EXPECT_EQ(baseline_of({kDirect}), "");
}

TEST(FigureProperties, AChangeIsRelativeToWhatWas) {
  EXPECT_EQ(relative_change(0, 0), 0);
  EXPECT_EQ(relative_change(0, 1), std::nullopt);
  EXPECT_DOUBLE_EQ(relative_change(2, 3).value(), 0.5);
  EXPECT_DOUBLE_EQ(relative_change(2, 0).value(), -1);
  EXPECT_EQ(summarise_exact(std::vector<double>{3, 3}).confidence, 1);
}

}  // namespace
}  // namespace splicebench
