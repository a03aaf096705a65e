#include "results/stats/summary.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <boost/math/distributions/normal.hpp>
#include <boost/math/special_functions/binomial.hpp>
#include <cmath>
#include <limits>
#include <vector>

#include "results/text/go_number.h"

namespace splicebench {

double median_of_sorted(std::span<const double> sorted) {
  const double n = static_cast<double>(sorted.size());
  const double h = 1.0 / 3.0 + (n + 1.0 / 3.0) / 2.0;
  const double k = std::floor(h);
  if (k >= n) return sorted.back();
  const std::size_t index = static_cast<std::size_t>(k);
  // Equal neighbours may be infinite, and their difference is no number.
  if (sorted[index - 1] == sorted[index]) return sorted[index];
  return sorted[index - 1] + (h - k) * (sorted[index] - sorted[index - 1]);
}

namespace {

constexpr std::int64_t kExactUpTo = 30;

/// Bit k of entry n - 21 set: of the equally likely k and n - k the original takes n - k.
constexpr std::array<std::uint32_t, 10> kRightOnTie{0x0094, 0x0494, 0x0094, 0x0094, 0x1494,
                                                    0x0494, 0x0c94, 0x1494, 0x04f4, 0x65f4};

bool takes_left_on_tie(std::int64_t n, std::int64_t left) {
  if (n < 21) return true;
  return (kRightOnTie[static_cast<std::size_t>(n - 21)] >> left & 1U) == 0;
}

OrderInterval normal_interval(std::int64_t n, double confidence) {
  const double count = static_cast<double>(n);
  if (confidence >= 1) return {0, n + 1, 1};
  const boost::math::normal approximation(count / 2, std::sqrt(count) / 2);
  const double left = boost::math::quantile(approximation, (1 - confidence) / 2);
  const double right = count - left;
  const auto covered = [&](std::int64_t from, std::int64_t to) {
    return boost::math::cdf(approximation, static_cast<double>(to) - 0.5) -
           boost::math::cdf(approximation, static_cast<double>(from) - 0.5);
  };
  std::int64_t low = static_cast<std::int64_t>(std::floor(left - 0.5)) + 1;
  std::int64_t high = static_cast<std::int64_t>(std::ceil(right - 0.5)) + 1;
  if (covered(low, high - 1) >= confidence) --high;
  const double mass = covered(low, high);
  return {std::max<std::int64_t>(low, 0), std::min(high, n + 1), mass};
}

}  // namespace

OrderInterval median_interval(std::int64_t n, double confidence) {
  if (n > kExactUpTo) return normal_interval(n, confidence);
  const auto mass = [&](std::int64_t k) {
    if (k < 0 || k > n) return 0.0;
    return std::ldexp(boost::math::binomial_coefficient<double>(static_cast<unsigned>(n),
                                                                static_cast<unsigned>(k)),
                      static_cast<int>(-n));
  };
  // The interval [low, high) of order statistics holds the median with the mass of low .. high - 1
  // successes.
  OrderInterval interval{(n + 2) / 2 - 1, (n + 2) / 2, mass((n + 2) / 2 - 1)};
  while (interval.covered < confidence && (interval.low > 0 || interval.high <= n)) {
    const double left = mass(interval.low - 1);
    const double right = mass(interval.high);
    const bool tie = interval.low - 1 + interval.high == n;
    if (tie ? takes_left_on_tie(n, interval.low - 1) : left >= right) {
      interval.covered += left;
      --interval.low;
    } else {
      interval.covered += right;
      ++interval.high;
    }
  }
  return interval;
}

std::int64_t samples_for_interval(double confidence) {
  constexpr std::int64_t most = 50;
  for (std::int64_t n = 2; n <= most; ++n) {
    const OrderInterval interval = median_interval(n, confidence);
    if (interval.low > 0 && interval.high <= n) return n;
  }
  return 0;
}

Summary summarise_sorted(std::span<const double> sorted, double confidence) {
  const std::int64_t n = static_cast<std::int64_t>(sorted.size());
  const OrderInterval order = median_interval(n, confidence);
  constexpr double infinity = std::numeric_limits<double>::infinity();
  Summary summary;
  summary.centre = median_of_sorted(sorted);
  summary.low = order.low < 1 ? -infinity : sorted[static_cast<std::size_t>(order.low - 1)];
  summary.high = order.high > n ? infinity : sorted[static_cast<std::size_t>(order.high - 1)];
  summary.confidence = confidence;
  summary.n = n;
  if (std::isinf(summary.low) || std::isinf(summary.high)) {
    const std::int64_t needed = samples_for_interval(confidence);
    summary.warnings.push_back(fmt::format("need {} {} samples for confidence interval at level {}",
                                           needed == 0 ? ">" : ">=", needed == 0 ? 50 : needed,
                                           format_go_float(confidence)));
  }
  return summary;
}

Summary summarise(std::span<const double> values, double confidence) {
  std::vector<double> sorted(values.begin(), values.end());
  std::sort(sorted.begin(), sorted.end());
  return summarise_sorted(sorted, confidence);
}

Summary summarise_exact(std::span<const double> sorted) {
  Summary summary;
  std::size_t most = 0;
  for (std::size_t begin = 0; begin < sorted.size();) {
    std::size_t end = begin;
    while (end < sorted.size() && sorted[end] == sorted[begin]) ++end;
    if (end - begin > most) {
      most = end - begin;
      summary.centre = sorted[begin];
    }
    begin = end;
  }
  summary.low = sorted.front();
  summary.high = sorted.back();
  summary.confidence = 1;
  summary.n = static_cast<std::int64_t>(sorted.size());
  if (summary.low != summary.high) {
    summary.warnings.push_back(
        fmt::format("exact distribution expected, but values range from {} to {}",
                    format_go_float(summary.low), format_go_float(summary.high)));
  }
  return summary;
}

std::string format_interval(const Summary& summary) {
  if (std::isinf(summary.low) || std::isinf(summary.high)) return "∞";
  const auto sign = [](double value) { return (value > 0) - (value < 0); };
  if (sign(summary.low) != sign(summary.centre) || sign(summary.high) != sign(summary.centre)) {
    return "?";
  }
  if (summary.centre == 0) return "0%";
  const double widest =
      std::max(summary.high / summary.centre - 1, 1 - summary.low / summary.centre);
  return format_fixed(100 * widest, 0) + "%";
}

}  // namespace splicebench
