// Whether the statistics of paired rounds hold with the kinds of noise this program sees, by
// made-up rounds from a seed. The tests draw few; the tables below are of the long run:
//
//   results_test --gtest_also_run_disabled_tests --gtest_filter='PairedSimulation.DISABLED_*'

#include <gtest/gtest.h>

#include <algorithm>
#include <boost/math/distributions/binomial.hpp>
#include <cmath>
#include <cstdio>
#include <functional>
#include <random>
#include <string>
#include <vector>

#include "results/stats/paired.h"
#include "results/stats/rank/signed_rank.h"
#include "results/testing/draws.h"

namespace splicebench {
namespace {

using testing::normal;
using testing::Random;
using testing::uniform;

/// Logarithm of what one sample of a mode shows, less the true one; of the `i`-th round.
struct Noise {
  std::string name;
  std::function<double(Random&, int round)> baseline;
  std::function<double(Random&, int round)> mode;  ///< in the same distribution, but for `unequal`
};

Noise alike(const std::string& name, const std::function<double(Random&, int)>& one) {
  return {name, one, one};
}

std::vector<Noise> noises() {
  return {
      alike("normal", [](Random& r, int) { return 0.02 * normal(r); }),
      alike("heavy tails (Student, 2 degrees)",
            [](Random& r, int) { return 0.02 * std::student_t_distribution<double>(2)(r); }),
      alike("heaviest tails (Cauchy)",
            [](Random& r, int) { return 0.02 * std::cauchy_distribution<double>()(r); }),
      alike("skewed (lognormal slowdown)",
            [](Random& r, int) { return -0.02 * std::exp(1.5 * normal(r)); }),
      alike("two states, 40 % at half speed",
            [](Random& r, int) { return 0.02 * normal(r) - (uniform(r) < 0.4 ? 0.6 : 0); }),
      // What two samples of a round do not share of a drift, and the second of a pair slower, in
      // turns.
      {"drift, and order in turns",
       [](Random& r, int i) { return 0.02 * normal(r) * (1 + 0.1 * i) + (i % 2 ? 0.01 : -0.01); },
       [](Random& r, int i) { return 0.02 * normal(r) * (1 + 0.1 * i) - (i % 2 ? 0.01 : -0.01); }},
      {"unequal variance", [](Random& r, int) { return 0.01 * normal(r); },
       [](Random& r, int) { return 0.06 * std::student_t_distribution<double>(3)(r); }},
  };
}

std::vector<double> sorted_rounds(const Noise& noise, int rounds, double shift, Random& random) {
  std::vector<double> ratios;
  for (int i = 0; i < rounds; ++i)
    ratios.push_back(shift + noise.mode(random, i) - noise.baseline(random, i));
  std::sort(ratios.begin(), ratios.end());
  return ratios;
}

/// A share that comes of `draws` may exceed `expected` by so much: 4 standard errors.
double bound(double expected, int draws) {
  return expected + 4 * std::sqrt(expected * (1 - expected) / draws);
}

/// A run of `cases` rows with all metrics, which go together: a slow sample takes more CPU.
std::vector<PairedTable> made_up(const Noise& noise, int cases, int rounds, double shift,
                                 Random& random) {
  std::vector<PairedTable> tables(kComparedUnits.size());
  for (std::size_t unit = 0; unit < tables.size(); ++unit) tables[unit].unit = kComparedUnits[unit];
  for (int row = 0; row < cases; ++row) {
    std::vector<std::vector<double>> ratios(tables.size());
    for (int i = 0; i < rounds; ++i) {
      double before = noise.mode(random, i) - noise.baseline(random, i);
      for (std::size_t metric = 0; metric < ratios.size(); ++metric) {
        ratios[metric].push_back(before + (metric == 0 ? shift : 0));
        before = -0.8 * before + 0.5 * (noise.mode(random, i) - noise.baseline(random, i));
      }
    }
    for (std::size_t metric = 0; metric < ratios.size(); ++metric) {
      std::sort(ratios[metric].begin(), ratios[metric].end());
      tables[metric].rows.emplace_back().log_ratios = std::move(ratios[metric]);
    }
  }
  return tables;
}

/// Share of runs without any difference in which something is claimed.
double false_claims(const Noise& noise, int runs, int cases, int rounds) {
  Random random(20260101);
  int claimed = 0;
  for (int run = 0; run < runs; ++run) {
    std::vector<PairedTable> tables = made_up(noise, cases, rounds, 0, random);
    judge(tables, 0.05);
    bool any = false;
    for (const PairedTable& table : tables) {
      for (const PairedComparison& row : table.rows) any = any || row.significant;
    }
    claimed += any ? 1 : 0;
  }
  return static_cast<double>(claimed) / runs;
}

struct Shares {
  double covered = 0;       ///< by the 95 % interval
  double false_alarms = 0;  ///< p <= 0.05 without a difference
  double rounds = 0;        ///< mean
};

/// Of a claim in the first unit among the 88 comparisons of a default run.
constexpr double kFirstLevel = 0.05 * kClaimShares.front() / 88;

/// Of rows that stop at the first round, from `least` on, that would tell `wanted` (width.h).
Shares with_stopping(const Noise& noise, int rows, int least, int most, double wanted) {
  Random random(20260102);
  Shares shares;
  for (int row = 0; row < rows; ++row) {
    std::vector<double> ratios;
    for (int i = 0; i < most; ++i) {
      const double one = noise.mode(random, i) - noise.baseline(random, i);
      ratios.insert(std::upper_bound(ratios.begin(), ratios.end(), one), one);
      if (i + 1 < least) continue;
      const Centre centre = centre_of(ratios, kIntervalLevel);
      if (i + 1 < most && told_factor(ratios, kFirstLevel) - 1 > wanted) continue;
      shares.covered += centre.low <= 0 && centre.high >= 0 ? 1.0 / rows : 0;
      shares.false_alarms += signed_rank_test(ratios) <= 0.05 ? 1.0 / rows : 0;
      shares.rounds += static_cast<double>(i + 1) / rows;
      break;
    }
  }
  return shares;
}

/// What was used before, to compare with.
double sign_test(const std::vector<double>& ratios) {
  const auto up = std::count_if(ratios.begin(), ratios.end(), [](double d) { return d > 0; });
  const auto n = static_cast<double>(ratios.size());
  const double fewer = std::min(static_cast<double>(up), n - static_cast<double>(up));
  return std::min(1.0,
                  2 * boost::math::cdf(boost::math::binomial_distribution<double>(n, 0.5), fewer));
}

TEST(PairedSimulation, PIsNeverTooSmallWithoutADifference) {
  constexpr int kDraws = 1500;
  for (const Noise& noise : noises()) {
    Random random(1);
    std::vector<double> p;
    for (int i = 0; i < kDraws; ++i)
      p.push_back(signed_rank_test(sorted_rounds(noise, 10 + i % 30, 0, random)));
    for (const double level : {0.2, 0.05, 0.01, 0.001}) {
      const auto below =
          std::count_if(p.begin(), p.end(), [&](double one) { return one <= level; });
      EXPECT_LE(static_cast<double>(below) / kDraws, bound(level, kDraws)) << noise.name << level;
    }
  }
}

TEST(PairedSimulation, IntervalsCoverTheDifferenceThatIsThere) {
  constexpr int kDraws = 500;
  const double shift = std::log(1.1);
  for (const Noise& noise : noises()) {
    Random random(2);
    int missed = 0;
    for (int i = 0; i < kDraws; ++i) {
      const Centre centre = centre_of(sorted_rounds(noise, 8 + i % 20, shift, random), 0.05);
      missed += centre.low > shift || centre.high < shift ? 1 : 0;
    }
    EXPECT_LE(static_cast<double>(missed) / kDraws, bound(0.05, kDraws)) << noise.name;
  }
}

TEST(PairedSimulation, ARunClaimsNothingFalse) {
  constexpr int kRuns = 25;
  for (const Noise& noise : noises())
    EXPECT_LE(false_claims(noise, kRuns, 15, 20), bound(0.05, kRuns)) << noise.name;
}

TEST(PairedSimulation, StoppingOnWhatIsToldKeepsCoverageAndFalseAlarms) {
  constexpr int kRows = 1000;
  const Noise noise = noises().front();
  const Shares shares = with_stopping(noise, kRows, 14, 60, 0.025);
  EXPECT_GT(shares.rounds, 16) << "some rows go on";
  EXPECT_LT(shares.rounds, 59) << "and some stop";
  EXPECT_GE(shares.covered, 1 - bound(0.06, kRows));
  EXPECT_LE(shares.false_alarms, bound(0.06, kRows));
}

TEST(PairedSimulation, FindsWhatItSaysItCouldHaveTold) {
  const std::vector<Noise> all = noises();
  for (const Noise* noise : {&all[0], &all[1]}) {
    Random random(3);
    int found = 0;
    constexpr int kRuns = 300;
    for (int i = 0; i < kRuns; ++i) {
      // The first run says what it could have told, the second has just that difference.
      std::vector<PairedTable> tables(1);
      for (int row = 0; row < 2; ++row)
        tables[0].rows.emplace_back().log_ratios = sorted_rounds(*noise, 20, 0, random);
      judge(tables, 0.05 / 50);
      const double told = std::log(tables[0].rows[0].could_have_told);
      tables[0].rows[1].log_ratios = sorted_rounds(*noise, 20, told, random);
      judge(tables, 0.05 / 50);
      found += tables[0].rows[1].p <= 0.05 / 100 ? 1 : 0;
    }
    EXPECT_NEAR(static_cast<double>(found) / kRuns, 0.8, 0.12) << noise->name;
  }
}

TEST(PairedSimulation, FindsADifferenceInOneMetricAndNoneInTheOthers) {
  Random random(4);
  std::vector<PairedTable> tables = made_up(noises().front(), 22, 20, std::log(1.1), random);
  judge(tables, 0.05);
  for (const PairedComparison& row : tables[0].rows) {
    EXPECT_TRUE(row.significant);
    EXPECT_NEAR(row.ratio, 1.1, 0.04);
    EXPECT_LT(row.low, row.ratio);
    EXPECT_GT(row.high, row.ratio);
  }
  for (const PairedComparison& row : tables[1].rows) EXPECT_FALSE(row.significant);
}

TEST(PairedSimulation, DISABLED_LongTable) {
  for (const int rounds : {15, 20}) {
    std::printf("%d rounds, 44 rows x 3 metrics; family-wise false claims, coverage, width\n",
                rounds);
    for (const Noise& noise : noises()) {
      Random random(5);
      constexpr int kDraws = 20000;
      int covered = 0;
      int found = 0;
      int found_by_sign = 0;
      const double level = kFirstLevel * 2;  // 44 rows
      // A difference that signed ranks find in about half of the rows.
      std::vector<double> spread;
      while (spread.size() < 20000) {
        const std::vector<double> more = sorted_rounds(noise, rounds, 0, random);
        spread.insert(spread.end(), more.begin(), more.end());
      }
      std::sort(spread.begin(), spread.end());
      const double unit = (spread[15000] - spread[5000]) / 1.35;
      const double shift = unit * (rounds == 15 ? 1.2 : 1.0);
      for (int i = 0; i < kDraws; ++i) {
        const std::vector<double> ratios = sorted_rounds(noise, rounds, shift, random);
        const Centre centre = centre_of(ratios, 0.05);
        covered += centre.low <= shift && centre.high >= shift ? 1 : 0;
        found += signed_rank_test(ratios) <= level ? 1 : 0;
        found_by_sign += sign_test(ratios) <= level ? 1 : 0;
      }
      const Shares stopped = with_stopping(noise, 4000, 14, 100, 0.03);
      std::printf(
          "%-34s false %.3f  covered %.3f  power %.2f (sign test %.2f)  told 3%%: covered "
          "%.3f, p<=0.05 %.3f, %.1f rounds\n",
          noise.name.c_str(), false_claims(noise, 1000, 44, rounds),
          static_cast<double>(covered) / kDraws, static_cast<double>(found) / kDraws,
          static_cast<double>(found_by_sign) / kDraws, stopped.covered, stopped.false_alarms,
          stopped.rounds);
    }
  }
}

}  // namespace
}  // namespace splicebench
