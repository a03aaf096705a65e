#include "results/stats/rank/mann_whitney.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <vector>

#include "results/stats/sample_comparison.h"
#include "results/stats/summary.h"
#include "results/testing/testdata.h"

namespace splicebench {
namespace {

/// U of the values picked by `mask` against the others, by counting pairs.
double u_of(const std::vector<double>& pooled, std::uint32_t mask) {
  double u = 0;
  for (std::size_t i = 0; i < pooled.size(); ++i) {
    for (std::size_t j = 0; j < pooled.size(); ++j) {
      if ((mask >> i & 1U) == 0 || (mask >> j & 1U) == 1) continue;
      u += pooled[i] > pooled[j] ? 1 : pooled[i] == pooled[j] ? 0.5 : 0;
    }
  }
  return u;
}

/// The definition, by trying every way to deal the pooled values.
double p_by_enumeration(const std::vector<double>& first, const std::vector<double>& second) {
  std::vector<double> pooled = first;
  pooled.insert(pooled.end(), second.begin(), second.end());
  const double observed = u_of(pooled, (1U << first.size()) - 1);
  const double mean = static_cast<double>(first.size() * second.size()) / 2;
  if (observed == mean) return 1;
  double all = 0;
  double tail = 0;
  for (std::uint32_t mask = 0; mask < 1U << pooled.size(); ++mask) {
    if (static_cast<std::size_t>(__builtin_popcount(mask)) != first.size()) continue;
    const double u = u_of(pooled, mask);
    all += 1;
    if (observed < mean ? u <= observed : u >= observed) tail += 1;
  }
  return std::min(1.0, 2 * tail / all);
}

struct Case {
  std::string kind;
  std::vector<double> first;
  std::vector<double> second;
  double p;
};

std::vector<Case> recorded_cases() {
  std::vector<Case> cases;
  for (const std::vector<std::string>& row : recorded("utest.tsv")) {
    if (row[4] == "all samples are equal" || row[3] == "all samples are equal") continue;
    Case one{row[0], numbers(row[5]), numbers(row[6]), number(row[4])};
    std::sort(one.first.begin(), one.first.end());
    std::sort(one.second.begin(), one.second.end());
    cases.push_back(std::move(one));
  }
  return cases;
}

bool is_tied_and_unequal(const Case& one) {
  std::vector<double> pooled = one.first;
  pooled.insert(pooled.end(), one.second.begin(), one.second.end());
  std::sort(pooled.begin(), pooled.end());
  return one.first.size() != one.second.size() &&
         std::adjacent_find(pooled.begin(), pooled.end()) != pooled.end();
}

TEST(MannWhitney, HasEveryRecordedPWhereBenchstatIsRight) {
  std::size_t compared = 0;
  for (const Case& one : recorded_cases()) {
    if (is_tied_and_unequal(one) && std::max(one.first.size(), one.second.size()) <= 25) continue;
    EXPECT_NEAR(mann_whitney(one.first, one.second).p, one.p, 1e-12) << one.kind;
    ++compared;
  }
  EXPECT_GT(compared, 800U);
}

TEST(MannWhitney, IsTheEnumeratedPForTiesAndUnequalSizes) {
  std::size_t compared = 0;
  std::size_t benchstat_is_wrong = 0;
  for (const Case& one : recorded_cases()) {
    if (!is_tied_and_unequal(one) || one.first.size() + one.second.size() > 13) continue;
    const double p = mann_whitney(one.first, one.second).p;
    EXPECT_NEAR(p, p_by_enumeration(one.first, one.second), 1e-12);
    if (std::abs(p - one.p) > 1e-12) ++benchstat_is_wrong;
    ++compared;
  }
  EXPECT_GT(compared, 100U);
  EXPECT_GT(benchstat_is_wrong, 20U);
}

TEST(MannWhitney, RepeatsBenchstatsTailWhenAsked) {
  std::size_t repeated = 0;
  for (const Case& one : recorded_cases()) {
    if (!is_tied_and_unequal(one)) continue;
    const UTest test = mann_whitney(one.first, one.second, TiedTail::kBenchstat);
    if (std::abs(test.p - one.p) <= 1e-12) ++repeated;
    const double right = mann_whitney(one.first, one.second).p;
    EXPECT_EQ(test.mirrored, std::abs(test.p - right) > 1e-12);
  }
  EXPECT_GE(repeated, 220U);  // the rest are its special case of two distinct values
}

TEST(MannWhitney, OneAgainstFourIsNeverSignificant) {
  const std::vector<double> one{9};
  const std::vector<double> four{1, 1, 2, 2};
  EXPECT_DOUBLE_EQ(mann_whitney(one, four).p, 0.4);
  // By benchstat it always is.
  const SampleComparison lost = compare_samples(one, four, 0, TiedTail::kBenchstat);
  EXPECT_EQ(lost.p, 0);
  EXPECT_TRUE(lost.significant());
  EXPECT_FALSE(lost.too_few);
  EXPECT_TRUE(lost.warnings.empty());
}

TEST(MannWhitney, KeepsTinyPInBothDirections) {
  std::vector<double> low(200);
  std::vector<double> high(200);
  for (std::size_t i = 0; i < low.size(); ++i) {
    low[i] = static_cast<double>(i);
    high[i] = static_cast<double>(i) + 1000;
  }
  const double up = mann_whitney(low, high).p;
  EXPECT_GT(up, 0);
  EXPECT_LT(up, 1e-60);
  EXPECT_DOUBLE_EQ(up, mann_whitney(high, low).p);
  EXPECT_DOUBLE_EQ(up, mann_whitney(low, high, TiedTail::kBenchstat).p);
  const UTest lost = mann_whitney(high, low, TiedTail::kBenchstat);
  EXPECT_EQ(lost.p, 0);
  EXPECT_TRUE(lost.mirrored);
  EXPECT_TRUE(compare_samples(high, low, 0.05, TiedTail::kBenchstat).mirrored);
  EXPECT_EQ(format_p(compare_samples(high, low, 0.05, TiedTail::kBenchstat)), "n=200");
}

TEST(MannWhitney, JustBesideTheMeanOfManyIsOneInBothTails) {
  std::vector<double> first;
  std::vector<double> second;
  for (int i = 0; i < 4 * 26; ++i) (i % 4 == 0 || i % 4 == 3 ? first : second).push_back(i);
  EXPECT_EQ(mann_whitney(first, second).p, 1) << "on it";
  second[0] = first[0];
  for (const TiedTail tail : {TiedTail::kOwn, TiedTail::kBenchstat}) {
    for (const UTest& test :
         {mann_whitney(first, second, tail), mann_whitney(second, first, tail)}) {
      EXPECT_EQ(std::abs(test.u - 52 * 52 / 2.0), 0.5);
      EXPECT_EQ(test.p, 1);
      EXPECT_FALSE(test.mirrored);
    }
  }
}

TEST(MannWhitney, SaysWhenAllAreEqual) {
  const std::vector<double> values(5, 2.0);
  EXPECT_TRUE(mann_whitney(values, values).all_equal);
  EXPECT_EQ(mann_whitney(values, values).p, 1);
}

TEST(CompareSamples, GivesEveryRecordedComparison) {
  std::size_t compared = 0;
  for (const std::vector<std::string>& row : recorded("compare.tsv")) {
    Case one{"", numbers(row[1]), numbers(row[2]), number(row[3])};
    std::sort(one.first.begin(), one.first.end());
    std::sort(one.second.begin(), one.second.end());
    const double alpha = number(row[0]);
    const SampleComparison right = compare_samples(one.first, one.second, alpha);
    if (is_tied_and_unequal(one) && std::abs(*right.p - one.p) > 1e-12) {
      EXPECT_NEAR(*compare_samples(one.first, one.second, alpha, TiedTail::kBenchstat).p, one.p,
                  1e-12);
      continue;
    }
    EXPECT_NEAR(*right.p, one.p, 1e-12);
    EXPECT_EQ(format_p(right), row[4]);
    const double old_centre = summarise(one.first).centre;
    EXPECT_EQ(format_delta(right, old_centre, summarise(one.second).centre), row[5]);
    EXPECT_EQ(right.warnings.empty() ? "" : right.warnings.front(), row[6]);
    ++compared;
  }
  EXPECT_GT(compared, 200U);
}

TEST(CompareSamples, SaysThatTheyAreTooFewWhereNoOutcomeOfSoManyOnEitherSideCouldTell) {
  struct Level {
    double alpha;
    std::int64_t needed;
    const char* more;
  };
  for (const Level& level :
       {Level{0.1, 3, ">= 3 "}, {0.05, 4, ">= 4 "}, {0.01, 5, ">= 5 "}, {1e-6, 10, "> 10 "}}) {
    for (std::int64_t n_old = 1; n_old <= 11; ++n_old) {
      for (std::int64_t n_new = 1; n_new <= 11; ++n_new) {
        std::vector<double> older;
        std::vector<double> newer;
        for (std::int64_t i = 0; i < n_old; ++i) older.push_back(static_cast<double>(2 * i));
        for (std::int64_t i = 0; i < n_new; ++i) newer.push_back(static_cast<double>(2 * i + 1));
        const SampleComparison found = compare_samples(older, newer, level.alpha);
        EXPECT_EQ(found.n_old, n_old);
        EXPECT_EQ(found.n_new, n_new);
        const bool too_few = found.p > level.alpha && n_old < level.needed && n_new < level.needed;
        EXPECT_EQ(found.too_few, too_few) << n_old << ' ' << n_new << ' ' << level.alpha;
        ASSERT_EQ(found.warnings.size(), too_few ? 1U : 0U);
        if (too_few) {
          EXPECT_NE(found.warnings[0].find(level.more), std::string::npos) << found.warnings[0];
        }
      }
    }
  }
  const std::vector<double> equal(2, 1.0);
  const SampleComparison none = compare_samples(equal, equal, 0.05);
  EXPECT_TRUE(none.too_few);
  EXPECT_EQ(none.warnings, std::vector<std::string>{"all samples are equal"});
}

TEST(FormatDelta, OfRunsApartIsWhatIsBeyondTheirGroup) {
  SampleComparison comparison;
  comparison.alpha = 0.05;
  comparison.p = 0.05;
  comparison.apart.emplace().beyond = std::log(1.0842);
  EXPECT_EQ(format_delta(comparison, 1, 1), "+8.42%");
  comparison.p = 0.051;
  EXPECT_EQ(format_delta(comparison, 1, 2), "~");
}

TEST(CompareExact, TestsNothingAndCountsBothSides) {
  const std::vector<double> older(2, 1.0);
  const std::vector<double> newer(3, 1.5);
  const SampleComparison exact = compare_exact(older, newer);
  EXPECT_EQ(exact.n_old, 2);
  EXPECT_EQ(exact.n_new, 3);
  EXPECT_FALSE(exact.p);
  EXPECT_TRUE(exact.significant());
  EXPECT_EQ(format_p(exact), "n=2+3");
  EXPECT_EQ(format_p(compare_exact(older, older)), "n=2");
  EXPECT_EQ(format_delta(exact, 1, 1.5), "+50.00%");
}

TEST(FormatDelta, GivesEveryRecordedPercentage) {
  SampleComparison significant;
  significant.p = 0;
  for (const std::vector<std::string>& row : recorded("pct_format.tsv")) {
    EXPECT_EQ(format_delta(significant, number(row[0]), number(row[1])), row[2]);
  }
}

TEST(SamplesNeeded, IsTheSmallestSizeThatCanShowADifference) {
  EXPECT_EQ(samples_needed(0.05), 4);
  EXPECT_EQ(samples_needed(0.1), 3);
  EXPECT_EQ(samples_needed(4.2e-5), 9);
  EXPECT_EQ(samples_needed(4.1e-5), 0);
}

}  // namespace
}  // namespace splicebench
