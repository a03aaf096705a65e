#pragma once

// Variances of quantities that are sums of independent parts, each known by so many degrees of
// freedom.

#include <vector>

namespace splicebench {

struct Spread {
  double variance = 0;
  double degrees = 0;  ///< of freedom
};

double median_figure(std::vector<double> values);
double mean_figure(const std::vector<double>& values);
/// Of two values or more, of which these are a sample.
double variance_of(const std::vector<double>& values);
/// Of Student's t.
double t_quantile(double degrees, double share);

/// Of the difference of the means of two sides with two or more values: B. L. Welch, "The
/// generalization of Student's problem when several different population variances are involved",
/// Biometrika 34, 1947.
Spread difference_of(const std::vector<double>& older, const std::vector<double>& newer);

/// F. E. Satterthwaite, "An approximate distribution of estimates of variance components",
/// Biometrics Bulletin 2, 1946.
Spread sum_of(const std::vector<Spread>& parts);

/// Two-sided, of Student's t.
double p_of(double value, const Spread& spread);

/// A figure that would be 0 but for its noise, and what differs between runs.
struct Rest {
  double square = 0;
  double variance = 0;  ///< of its noise
  double usual = 0;     ///< square of a standard normal, or of Student's t, at the quantile
};

/// The least variance between runs that makes at most 1 - `share` of the rests (not none) greater
/// than is usual: what is above may be changes of a build.
double between_of(const std::vector<Rest>& rests, double share);

}  // namespace splicebench
