#pragma once

// The buckets of an HDR histogram (G. Tene, HdrHistogram): below 256 ns one for every nanosecond,
// above it 128 of equal width in each octave. A figure taken from it is off by at most 0.4 %: half
// the width of a bucket, which is 1/128 of its lower end.
//
// Only arithmetic on an array: the client of a ping records into one and sends it whole
// (harness/wire/ping_control.h).

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>

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

}  // namespace splicebench
