#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace splicebench {

/// A sample of a distribution reduced to its median and an interval that covers the median of the
/// distribution with at least `confidence`.
struct Summary {
  double centre = 0;
  double low = 0;         ///< -infinity when n is too small for the confidence asked
  double high = 0;        ///< +infinity when n is too small for the confidence asked
  double confidence = 0;  ///< asked for
  std::int64_t n = 0;
  std::vector<std::string> warnings;  ///< why the interval is not what was asked for
};

/// Median: R8 quantile (Hyndman and Fan, "Sample Quantiles in Statistical Packages", 1996), as
/// benchstat. `sorted` ascending, not empty.
double median_of_sorted(std::span<const double> sorted);

/// 1-based order statistics that bound the median: Binomial(n, 1/2) for n <= 30, its normal
/// approximation above, as benchstat (golang.org/x/perf, go-moremath stats.QuantileCI). low 0
/// stands for -infinity and high n + 1 for +infinity.
///
/// Up to n = 30 the interval grows from the middle by its likelier neighbour. By symmetry the two
/// are often equally likely; the left one is taken then, but for n = 21 .. 30, where benchstat's
/// rounding errors decide (it computes the coefficients through lgamma) and this follows a table of
/// what they decide, so that both print the same interval.
struct OrderInterval {
  std::int64_t low = 0;
  std::int64_t high = 0;
  double covered = 0;  ///< probability that the interval holds the median
};
OrderInterval median_interval(std::int64_t n, double confidence);

/// The smallest n whose interval at `confidence` is finite; 0 when that takes more than 50.
std::int64_t samples_for_interval(double confidence);

/// Median and interval of `values` (any order, not empty, no NaN). Warns when n is too small for a
/// finite interval.
Summary summarise(std::span<const double> values, double confidence = 0.95);

/// The same of values that ascend already.
Summary summarise_sorted(std::span<const double> sorted, double confidence = 0.95);

/// Figures that do not vary (a unit with assume=exact): the most frequent value, the smallest of
/// those as frequent, from the least to the greatest. Warns when they vary after all.
Summary summarise_exact(std::span<const double> sorted);

/// Half the width of the interval in percent of the centre, e.g. "3%": the larger side. "∞" for an
/// infinite interval, "?" when an end has another sign than the centre.
std::string format_interval(const Summary& summary);

}  // namespace splicebench
