#pragma once

#include <cstdint>
#include <span>

namespace splicebench {

/// A sample of a distribution reduced to its median and an interval that covers the median of the
/// distribution with at least `confidence`.
struct Summary {
  double centre = 0;
  double low = 0;         ///< -infinity when n is too small for the confidence asked
  double high = 0;        ///< +infinity when n is too small for the confidence asked
  double confidence = 0;  ///< asked for
  std::int64_t n = 0;
};

/// Median: R8 quantile (Hyndman and Fan, "Sample Quantiles in Statistical Packages", 1996), as
/// benchstat. `sorted` ascending, not empty.
double median_of_sorted(std::span<const double> sorted);

/// 1-based order statistics that bound the median: Binomial(n, 1/2) for n <= 30, its normal
/// approximation above, as benchstat (golang.org/x/perf, go-moremath stats.QuantileCI). low 0
/// stands for -infinity and high n + 1 for +infinity.
struct OrderInterval {
  std::int64_t low = 0;
  std::int64_t high = 0;
};
OrderInterval median_interval(std::int64_t n, double confidence);

/// Median and interval of `values` (any order, not empty, no NaN).
Summary summarise(std::span<const double> values, double confidence = 0.95);

}  // namespace splicebench
