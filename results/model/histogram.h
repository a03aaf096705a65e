#pragma once

// Times counted in buckets (histogram_buckets.h); counts of two histograms can be added.

#include <cstdint>
#include <vector>

#include "results/model/histogram_buckets.h"

namespace splicebench {

/// Counted times, as values. Buckets that hold nothing take no room.
class Histogram {
 public:
  struct Bucket {
    std::uint64_t lower = 0;  ///< nanoseconds, histogram_lower() of the bucket
    std::uint64_t count = 0;
    friend bool operator==(const Bucket&, const Bucket&) = default;
  };

  Histogram() = default;
  /// `max` nanoseconds, exact: the largest time counted.
  Histogram(const HistogramCounts& counts, std::uint64_t max);
  /// Ascending by lower end. Throws UsageError when they are not, or an end is none of a bucket.
  Histogram(std::vector<Bucket> buckets, std::uint64_t max);

  void add(const Histogram& other);

  std::uint64_t count() const;
  /// Seconds below or at which `share` (0..1) of the times lie: the middle of the bucket that holds
  /// it, never more than max(). 0 when nothing was counted.
  double quantile(double share) const;
  double max() const { return static_cast<double>(max_) * 1e-9; }  ///< seconds, exact
  std::uint64_t max_nanoseconds() const { return max_; }
  const std::vector<Bucket>& buckets() const { return buckets_; }

  friend bool operator==(const Histogram&, const Histogram&) = default;

 private:
  std::vector<Bucket> buckets_;  ///< ascending, counts above 0
  std::uint64_t max_ = 0;
};

}  // namespace splicebench
