#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "harness/system/process.h"
#include "results/model/usage.h"

namespace splicebench {

/// When each part of a transfer, an eighth of its bytes rounded up, has passed: seconds of
/// CLOCK_MONOTONIC. One comparison per call of who counts.
class Marks {
 public:
  /// Writes them into `marks`, which must outlive it.
  Marks(std::uint64_t bytes, std::array<double, kMarks>& marks)
      : bytes_(bytes), next_(end_of(0)), marks_(&marks) {}
  /// So many bytes have passed now.
  void passed(std::uint64_t bytes) {
    if (bytes >= next_) mark(bytes);
  }
  /// Bytes at which the next part has passed.
  std::uint64_t next() const { return next_; }

 private:
  std::uint64_t end_of(std::size_t part) const {
    return (bytes_ * (part + 1) + kMarks - 1) / kMarks;
  }
  void mark(std::uint64_t bytes) {
    const double now = monotonic_seconds();
    while (done_ < kMarks && bytes >= end_of(done_)) (*marks_)[done_++] = now;
    next_ = done_ < kMarks ? end_of(done_) : ~std::uint64_t{0};
  }

  std::uint64_t bytes_;
  std::uint64_t next_;
  std::array<double, kMarks>* marks_;
  std::size_t done_ = 0;
};

}  // namespace splicebench
