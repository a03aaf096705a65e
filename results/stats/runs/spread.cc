#include "results/stats/runs/spread.h"

#include <algorithm>
#include <boost/math/distributions/students_t.hpp>
#include <cmath>
#include <functional>
#include <numeric>

#include "results/stats/summary.h"

namespace splicebench {

double median_figure(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return median_of_sorted(values);
}

double mean_figure(const std::vector<double>& values) {
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

double variance_of(const std::vector<double>& values) {
  const double mean = mean_figure(values);
  double squares = 0;
  for (const double value : values) squares += (value - mean) * (value - mean);
  return squares / static_cast<double>(values.size() - 1);
}

double t_quantile(double degrees, double share) {
  return boost::math::quantile(boost::math::students_t(degrees), share);
}

Spread difference_of(const std::vector<double>& older, const std::vector<double>& newer) {
  const auto n_old = static_cast<double>(older.size());
  const auto n_new = static_cast<double>(newer.size());
  const double from_old = variance_of(older) / n_old;
  const double from_new = variance_of(newer) / n_new;
  Spread noise{from_old + from_new, n_old + n_new - 2};
  if (noise.variance <= 0) return noise;
  noise.degrees = noise.variance * noise.variance /
                  (from_old * from_old / (n_old - 1) + from_new * from_new / (n_new - 1));
  return noise;
}

Spread sum_of(const std::vector<Spread>& parts) {
  Spread all;
  double weight = 0;
  for (const Spread& part : parts) {
    if (part.variance <= 0) continue;
    all.variance += part.variance;
    weight += part.variance * part.variance / part.degrees;
  }
  all.degrees = weight > 0 ? all.variance * all.variance / weight : 0;
  return all;
}

double p_of(double value, const Spread& spread) {
  if (value == 0) return 1;
  if (spread.variance <= 0) return 0;
  const boost::math::students_t distribution(spread.degrees);
  const double t = std::abs(value) / std::sqrt(spread.variance);
  return std::min(1.0, 2 * boost::math::cdf(boost::math::complement(distribution, t)));
}

double between_of(const std::vector<Rest>& rests, double share) {
  // At which each is no greater than is usual.
  std::vector<double> enough;
  for (const Rest& rest : rests) enough.push_back(rest.square / rest.usual - rest.variance);
  std::sort(enough.begin(), enough.end(), std::greater<>());
  const double above = (1 - share) * static_cast<double>(rests.size());
  return std::max(0.0, enough[static_cast<std::size_t>(above)]);
}

}  // namespace splicebench
