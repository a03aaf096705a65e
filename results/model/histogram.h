#pragma once

// Times in the buckets of an HDR histogram (G. Tene, HdrHistogram): below 256 ns a bucket for every
// nanosecond, above it 128 of equal width in each octave. A figure taken from it is off by at most
// 0.4 %: half the width of a bucket, which is 1/128 of its lower end. Counts of two histograms can
// be added.
//
// Only arithmetic on an array: the client of a ping records into one (harness/control.h).

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace splicebench {

inline constexpr int kHistogramBits = 7;       ///< 128 buckets in an octave
inline constexpr int kHistogramMostBits = 42;  ///< up to 2^42 ns: 73 minutes
inline constexpr std::size_t kHistogramBuckets =
    (std::size_t{kHistogramMostBits - kHistogramBits - 1} << kHistogramBits) +
    (std::size_t{2} << kHistogramBits);

/// The bucket of `nanoseconds`; what is beyond the last is counted in it.
constexpr std::size_t histogram_bucket(std::uint64_t nanoseconds) {
  constexpr std::uint64_t most = (std::uint64_t{1} << kHistogramMostBits) - 1;
  const std::uint64_t value = nanoseconds < most ? nanoseconds : most;
  const int width = static_cast<int>(std::bit_width(value));
  const int shift = width > kHistogramBits + 1 ? width - kHistogramBits - 1 : 0;
  return (static_cast<std::size_t>(shift) << kHistogramBits) +
         static_cast<std::size_t>(value >> shift);
}

/// The smallest value of a bucket, nanoseconds; of those beyond the last, where that ends.
constexpr std::uint64_t histogram_lower(std::size_t bucket) {
  if (bucket > kHistogramBuckets) bucket = kHistogramBuckets;
  if (bucket < (std::size_t{2} << kHistogramBits)) return bucket;
  const std::size_t shift = (bucket >> kHistogramBits) - 1;
  const std::uint64_t mantissa =
      (bucket & ((std::size_t{1} << kHistogramBits) - 1)) + (std::size_t{1} << kHistogramBits);
  return mantissa << shift;
}

/// What a process writes into while it measures.
using HistogramCounts = std::array<std::uint32_t, kHistogramBuckets>;

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
