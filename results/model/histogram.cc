#include "results/model/histogram.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "results/files/error.h"

namespace splicebench {

Histogram::Histogram(const HistogramCounts& counts, std::uint64_t max) : max_(max) {
  for (std::size_t bucket = 0; bucket < counts.size(); ++bucket) {
    if (counts[bucket] > 0) buckets_.push_back({histogram_lower(bucket), counts[bucket]});
  }
}

Histogram::Histogram(std::vector<Bucket> buckets, std::uint64_t max)
    : buckets_(std::move(buckets)), max_(max) {
  for (std::size_t i = 0; i < buckets_.size(); ++i) {
    const std::uint64_t lower = buckets_[i].lower;
    const bool known = histogram_lower(histogram_bucket(lower)) == lower;
    const bool ascends = i == 0 || buckets_[i - 1].lower < lower;
    if (!known || !ascends || buckets_[i].count == 0) {
      throw UsageError(fmt::format("{} ns with {} counts is no bucket of its histogram", lower,
                                   buckets_[i].count));
    }
  }
}

void Histogram::add(const Histogram& other) {
  std::vector<Bucket> merged;
  merged.reserve(buckets_.size() + other.buckets_.size());
  std::merge(buckets_.begin(), buckets_.end(), other.buckets_.begin(), other.buckets_.end(),
             std::back_inserter(merged),
             [](const Bucket& a, const Bucket& b) { return a.lower < b.lower; });
  buckets_.clear();
  for (const Bucket& bucket : merged) {
    if (!buckets_.empty() && buckets_.back().lower == bucket.lower) {
      buckets_.back().count += bucket.count;
    } else {
      buckets_.push_back(bucket);
    }
  }
  max_ = std::max(max_, other.max_);
}

std::uint64_t Histogram::count() const {
  std::uint64_t count = 0;
  for (const Bucket& bucket : buckets_) count += bucket.count;
  return count;
}

double Histogram::quantile(double share) const {
  const std::uint64_t all = count();
  if (all == 0) return 0;
  // The smallest rank that has at least this share at or below it.
  const double wanted = std::ceil(share * static_cast<double>(all) - 1e-9);
  const std::uint64_t rank =
      std::clamp<std::uint64_t>(wanted < 1 ? 1 : static_cast<std::uint64_t>(wanted), 1, all);
  std::uint64_t seen = 0;
  for (const Bucket& bucket : buckets_) {
    seen += bucket.count;
    if (seen < rank) continue;
    const std::size_t place = histogram_bucket(bucket.lower);
    const double width = static_cast<double>(histogram_lower(place + 1) - bucket.lower);
    const double middle = static_cast<double>(bucket.lower) + (width - 1) / 2;
    return std::min(middle * 1e-9, max());
  }
  return max();
}

}  // namespace splicebench
