#include "results/stats/summary.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "results/testing/testdata.h"

namespace splicebench {
namespace {

void expect_close(double got, double want) {
  if (std::isinf(want)) {
    EXPECT_EQ(got, want);
  } else {
    EXPECT_NEAR(got, want, 1e-12 * std::abs(want));
  }
}

TEST(MedianInterval, TakesEveryRecordedPairOfOrderStatistics) {
  for (const std::vector<std::string>& row : recorded("quantileci.tsv")) {
    const OrderInterval interval = median_interval(std::stoll(row[0]), number(row[1]));
    EXPECT_EQ(interval.low, std::stoll(row[2])) << row[0] << " at " << row[1];
    EXPECT_EQ(interval.high, std::stoll(row[3])) << row[0] << " at " << row[1];
    expect_close(interval.covered, number(row[4]));
  }
}

TEST(MedianInterval, BeginsToTakeTheOriginalsSideOfATieAtTwentyOne) {
  // 7 and 14 of 21 are equally likely, and its arithmetic finds 14 the likelier.
  const OrderInterval odd = median_interval(21, 0.85);
  EXPECT_EQ(odd.low, 8);
  EXPECT_EQ(odd.high, 15);
  const OrderInterval before = median_interval(21, 0.8);
  EXPECT_EQ(before.low, 8);
  EXPECT_EQ(before.high, 14);
}

TEST(Summarise, GivesEveryRecordedSummary) {
  for (const std::vector<std::string>& row : recorded("summary.tsv")) {
    std::vector<double> values = numbers(row[2]);
    std::sort(values.begin(), values.end());
    const Summary summary =
        row[0] == "exact" ? summarise_exact(values) : summarise_sorted(values, number(row[1]));
    expect_close(summary.centre, number(row[3]));
    expect_close(summary.low, number(row[4]));
    expect_close(summary.high, number(row[5]));
    EXPECT_EQ(format_interval(summary), row[6]);
    EXPECT_EQ(summary.warnings.empty() ? "" : summary.warnings.front(), row[7]);
  }
}

TEST(Summarise, WarnsThatNoSampleIsEnoughForCertainty) {
  const std::vector<double> values(60, 1.0);
  const Summary summary = summarise(values, 1);
  EXPECT_EQ(format_interval(summary), "∞");
  ASSERT_EQ(summary.warnings.size(), 1U);
  EXPECT_EQ(summary.warnings.front(), "need > 50 samples for confidence interval at level 1");
}

TEST(MedianOfSorted, StandsInfiniteNeighbours) {
  constexpr double infinity = std::numeric_limits<double>::infinity();
  const std::vector<double> values{-infinity, -infinity, -infinity, -infinity};
  EXPECT_EQ(median_of_sorted(values), -infinity);
}

TEST(SamplesForInterval, AreTheFewestOfWhichBothEndsAreSamples) {
  bool fifty = false;
  bool more = false;
  for (double chance = 0.6; chance > 1e-15; chance *= 0.8) {
    std::int64_t fewest = 0;
    for (std::int64_t n = 1; n <= 50 && fewest == 0; ++n) {
      const OrderInterval ends = median_interval(n, 1 - chance);
      if (ends.low >= 1 && ends.high <= n) fewest = n;
    }
    EXPECT_EQ(samples_for_interval(1 - chance), fewest) << chance;
    fifty = fifty || fewest == 50;
    more = more || fewest == 0;
  }
  EXPECT_TRUE(fifty && more) << "both sides of where it ends";
}

TEST(MedianInterval, OfNoConfidenceIsTheNarrowestOfMany) {
  for (const std::int64_t n : {31, 32, 100, 101}) {
    const OrderInterval interval = median_interval(n, 0);
    EXPECT_EQ(interval.covered, 0) << n;
    EXPECT_EQ(interval.low, (n + 1) / 2) << n;
    EXPECT_EQ(interval.high, interval.low) << n;
  }
}

TEST(Summarise, ReadsNothingBehindItsSamples) {
  const std::vector<double> values{1, 1, 2, 2, 2};
  const Summary exact = summarise_exact(std::span(values).first(4));
  EXPECT_EQ(exact.centre, 1) << "as frequent as 2, and smaller";
  EXPECT_EQ(exact.n, 4);
  EXPECT_EQ(summarise_exact(std::vector<double>{3, 5, 9}).centre, 3);
  const std::array<double, 2> one{7, std::numeric_limits<double>::quiet_NaN()};
  EXPECT_EQ(median_of_sorted(std::span(one).first(1)), 7);
}

TEST(FormatInterval, IsOfTheWiderSideWhereBothEndsHaveTheSignOfTheCentre) {
  constexpr double infinity = std::numeric_limits<double>::infinity();
  struct Interval {
    double low, centre, high;
    const char* text;
  };
  for (const Interval& one : {Interval{0, 0, 0, "0%"},
                              {1, 1, 1, "0%"},
                              {90, 100, 103, "10%"},
                              {97, 100, 110, "10%"},
                              {-1, 0, 1, "?"},
                              {0, 0, 1, "?"},
                              {-1, 0, 0, "?"},
                              {0, 1, 2, "?"},
                              {-2, -1, 0, "?"},
                              {-1, 1, 2, "?"},
                              {-2, -1, 1, "?"},
                              {-infinity, 1, 2, "∞"},
                              {1, 1, infinity, "∞"}}) {
    Summary summary;
    summary.low = one.low;
    summary.centre = one.centre;
    summary.high = one.high;
    EXPECT_EQ(format_interval(summary), one.text)
        << one.low << ' ' << one.centre << ' ' << one.high;
  }
}

}  // namespace
}  // namespace splicebench
