#include "results/summary.h"

#include <algorithm>
#include <boost/math/distributions/binomial.hpp>
#include <boost/math/distributions/normal.hpp>
#include <cmath>
#include <limits>
#include <vector>

namespace splicebench {

double median_of_sorted(std::span<const double> sorted) {
  const double n = static_cast<double>(sorted.size());
  const double h = 1.0 / 3.0 + (n + 1.0 / 3.0) / 2.0;
  const double k = std::floor(h);
  if (k < 1) return sorted.front();
  if (k >= n) return sorted.back();
  const std::size_t index = static_cast<std::size_t>(k);
  return sorted[index - 1] + (h - k) * (sorted[index] - sorted[index - 1]);
}

OrderInterval median_interval(std::int64_t n, double confidence) {
  const double count = static_cast<double>(n);
  if (n > 30) {
    const boost::math::normal approximation(count / 2, std::sqrt(count) / 2);
    const double left = boost::math::quantile(approximation, (1 - confidence) / 2);
    const double right = count - left;
    std::int64_t low = static_cast<std::int64_t>(std::floor(left - 0.5)) + 1;
    std::int64_t high = static_cast<std::int64_t>(std::ceil(right - 0.5)) + 1;
    const auto covered = [&](std::int64_t from, std::int64_t to) {
      return boost::math::cdf(approximation, static_cast<double>(to) - 0.5) -
             boost::math::cdf(approximation, static_cast<double>(from) - 0.5);
    };
    if (covered(low, high - 1) >= confidence) --high;
    return {std::max<std::int64_t>(low, 0), std::min(high, n + 1)};
  }
  const boost::math::binomial_distribution<double> binomial(count, 0.5);
  const auto mass = [&](std::int64_t k) {
    return k < 0 || k > n ? 0.0 : boost::math::pdf(binomial, static_cast<double>(k));
  };
  // The interval [l, r) of order statistics holds the median with the mass of l .. r-1 successes.
  std::int64_t low = (n + 2) / 2 - 1;
  std::int64_t high = low + 1;
  double covered = mass(low);
  while (covered < confidence && (low > 0 || high <= n)) {
    const double left = mass(low - 1);
    const double right = mass(high);
    if (low > 0 && left >= right) {
      covered += left;
      --low;
    } else {
      covered += right;
      ++high;
    }
  }
  return {low, std::min(high, n + 1)};
}

Summary summarise(std::span<const double> values, double confidence) {
  std::vector<double> sorted(values.begin(), values.end());
  std::sort(sorted.begin(), sorted.end());
  const std::int64_t n = static_cast<std::int64_t>(sorted.size());
  const OrderInterval order = median_interval(n, confidence);
  constexpr double infinity = std::numeric_limits<double>::infinity();
  Summary summary;
  summary.centre = median_of_sorted(sorted);
  summary.low = order.low < 1 ? -infinity : sorted[static_cast<std::size_t>(order.low - 1)];
  summary.high = order.high > n ? infinity : sorted[static_cast<std::size_t>(order.high - 1)];
  summary.confidence = confidence;
  summary.n = n;
  return summary;
}

}  // namespace splicebench
