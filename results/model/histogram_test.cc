#include "results/model/histogram.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <memory>
#include <random>

#include "results/files/error.h"

namespace splicebench {
namespace {

Histogram histogram_of(const std::vector<std::uint64_t>& nanoseconds) {
  const std::unique_ptr<HistogramCounts> counts = std::make_unique<HistogramCounts>();
  std::uint64_t max = 0;
  for (const std::uint64_t one : nanoseconds) {
    ++(*counts)[histogram_bucket(one)];
    max = std::max(max, one);
  }
  return Histogram(*counts, max);
}

TEST(Histogram, BucketsFollowOneAnotherWithoutGapOrOverlap) {
  for (std::size_t bucket = 1; bucket < kHistogramBuckets; ++bucket) {
    EXPECT_EQ(histogram_bucket(histogram_lower(bucket)), bucket);
    EXPECT_EQ(histogram_bucket(histogram_lower(bucket) - 1), bucket - 1);
  }
}

TEST(Histogram, TimesBeyondTheLastBucketAreCountedInIt) {
  EXPECT_EQ(histogram_bucket(~std::uint64_t{0}), kHistogramBuckets - 1);
}

TEST(Histogram, QuantilesAreWithinHalfAPercentOfTheSortedTimes) {
  std::mt19937_64 random(7);
  std::lognormal_distribution<double> times(std::log(100e3), 1.5);
  std::vector<std::uint64_t> all;
  all.reserve(20000);
  for (int i = 0; i < 20000; ++i) all.push_back(static_cast<std::uint64_t>(times(random)));
  const Histogram histogram = histogram_of(all);
  std::sort(all.begin(), all.end());
  for (const double share : {0.01, 0.5, 0.9, 0.99, 0.999}) {
    const std::size_t rank = static_cast<std::size_t>(std::ceil(share * 20000 - 1e-9));
    const double exact = static_cast<double>(all[rank - 1]) * 1e-9;
    EXPECT_NEAR(histogram.quantile(share) / exact, 1, 0.005) << share;
  }
  EXPECT_DOUBLE_EQ(histogram.max(), static_cast<double>(all.back()) * 1e-9);
}

TEST(Histogram, QuantilesOfFewTimesAreThoseTimes) {
  const Histogram histogram = histogram_of({10, 20, 30, 40});
  EXPECT_DOUBLE_EQ(histogram.quantile(0.5), 20e-9);
  EXPECT_DOUBLE_EQ(histogram.quantile(0.75), 30e-9);
  EXPECT_DOUBLE_EQ(histogram.quantile(1), 40e-9);
  EXPECT_DOUBLE_EQ(histogram.quantile(0), 10e-9);
}

TEST(Histogram, AddedIsTheHistogramOfAllTimes) {
  Histogram sum = histogram_of({5, 1000, 70000});
  sum.add(histogram_of({5, 900000, 1000}));
  EXPECT_EQ(sum, histogram_of({5, 5, 1000, 1000, 70000, 900000}));
}

TEST(Histogram, OfNothingHasNoTime) {
  EXPECT_EQ(Histogram().count(), 0U);
  EXPECT_EQ(Histogram().quantile(0.5), 0);
}

TEST(Histogram, RefusesBucketsThatAreNone) {
  using Buckets = std::vector<Histogram::Bucket>;
  EXPECT_THROW(Histogram(Buckets{{257, 1}}, 257), UsageError);
  EXPECT_THROW(Histogram(Buckets{{20, 1}, {10, 1}}, 20), UsageError);
  EXPECT_THROW(Histogram(Buckets{{20, 0}}, 20), UsageError);
  EXPECT_NO_THROW(Histogram(Buckets{{20, 1}, {256, 1}}, 256));
}

}  // namespace
}  // namespace splicebench
