#include "results/stats/rank/mann_whitney.h"

#include <algorithm>
#include <boost/math/distributions/normal.hpp>
#include <boost/math/special_functions/binomial.hpp>
#include <cmath>
#include <cstdint>
#include <map>
#include <mutex>
#include <vector>

namespace splicebench {

namespace {

constexpr std::size_t kExactWithoutTies = 50;
constexpr std::size_t kExactWithTies = 25;

/// A run of equal values over both samples.
struct TieGroup {
  std::size_t size;
  std::size_t in_first;
  std::size_t doubled_rank;  ///< twice the mid-rank: a whole number
};

std::vector<TieGroup> tie_groups(std::span<const double> first, std::span<const double> second) {
  std::vector<TieGroup> groups;
  std::size_t i = 0;
  std::size_t j = 0;
  while (i < first.size() || j < second.size()) {
    const bool from_first = j == second.size() || (i < first.size() && first[i] <= second[j]);
    const double value = from_first ? first[i] : second[j];
    const std::size_t before = i + j;
    std::size_t in_first = 0;
    while (i < first.size() && first[i] == value) ++i, ++in_first;
    while (j < second.size() && second[j] == value) ++j;
    const std::size_t size = i + j - before;
    groups.push_back({size, in_first, 2 * before + size + 1});
  }
  return groups;
}

/// Number of ways in which U takes each value 0 .. n1 n2 without ties, by the recurrence of Mann
/// and Whitney, equation (6): f(m, n, u) = f(m - 1, n, u - n) + f(m, n - 1, u).
std::vector<double> count_without_ties(std::size_t n1, std::size_t n2) {
  // rows[m] is f(m, n, .) for the n reached so far.
  std::vector<std::vector<double>> rows(n1 + 1, std::vector<double>(n1 * n2 + 1, 0.0));
  for (std::vector<double>& row : rows) row[0] = 1;
  for (std::size_t n = 1; n <= n2; ++n) {
    for (std::size_t m = 1; m <= n1; ++m) {
      for (std::size_t u = m * n; u >= n; --u) rows[m][u] += rows[m - 1][u - n];
    }
  }
  return rows[n1];
}

/// A table compares many rows of the same sizes; the counts for 50 against 50 take milliseconds.
const std::vector<double>& counts_without_ties(std::size_t n1, std::size_t n2) {
  static std::mutex mutex;
  static std::map<std::pair<std::size_t, std::size_t>, std::vector<double>> known;
  const std::scoped_lock lock(mutex);
  std::vector<double>& counts = known[{n1, n2}];
  if (counts.empty()) counts = count_without_ties(n1, n2);
  return counts;
}

/// Number of ways in which the doubled rank sum of the first sample takes each value, over all
/// choices of n1 of the values: group by group, how many of it fall to the first sample.
std::vector<double> count_with_ties(const std::vector<TieGroup>& groups, std::size_t n1) {
  std::size_t total = 0;
  for (const TieGroup& group : groups) total += group.size;
  const std::size_t largest = n1 * (2 * total - n1 + 1);  // the n1 highest ranks, doubled
  std::vector<std::vector<double>> ways(n1 + 1, std::vector<double>(largest + 1, 0.0));
  ways[0][0] = 1;
  for (const TieGroup& group : groups) {
    for (std::size_t k = n1; k > 0; --k) {
      for (std::size_t taken = 1; taken <= std::min(k, group.size); ++taken) {
        const double choices = boost::math::binomial_coefficient<double>(
            static_cast<unsigned>(group.size), static_cast<unsigned>(taken));
        const std::size_t step = taken * group.doubled_rank;
        const std::vector<double>& from = ways[k - taken];
        for (std::size_t sum = step; sum <= largest; ++sum) {
          if (from[sum - step] != 0) ways[k][sum] += choices * from[sum - step];
        }
      }
    }
  }
  return ways[n1];
}

/// Twice the tail of `counts` that begins at `at` and points away from the mean.
double two_sided(const std::vector<double>& counts, std::size_t at, bool below_mean) {
  double all = 0;
  double tail = 0;
  for (std::size_t i = 0; i < counts.size(); ++i) {
    all += counts[i];
    if (below_mean ? i <= at : i >= at) tail += counts[i];
  }
  return 2 * tail / all;
}

double normal_p(double u, double n1, double n2, const std::vector<TieGroup>& groups,
                TiedTail tail) {
  const double n = n1 + n2;
  double ties = 0;
  for (const TieGroup& group : groups) {
    const double t = static_cast<double>(group.size);
    ties += t * t * t - t;
  }
  const double mean = n1 * n2 / 2;
  const double deviation = std::sqrt(n1 * n2 * ((n + 1) - ties / (n * (n - 1))) / 12);
  const double distance = std::abs(u - mean) - 0.5;  // U is not on it, and goes in halves
  const boost::math::normal standard;
  // benchstat subtracts from 1 above the mean, and prints no p where 0 is left.
  if (tail == TiedTail::kBenchstat && u > mean)
    return 2 * (1 - boost::math::cdf(standard, distance / deviation));
  return 2 * boost::math::cdf(boost::math::complement(standard, distance / deviation));
}

}  // namespace

UTest mann_whitney(std::span<const double> first, std::span<const double> second, TiedTail tail) {
  const std::vector<TieGroup> groups = tie_groups(first, second);
  const std::size_t n1 = first.size();
  const std::size_t n2 = second.size();
  std::size_t doubled_sum = 0;
  for (const TieGroup& group : groups) doubled_sum += group.in_first * group.doubled_rank;
  const std::size_t doubled_u = doubled_sum - n1 * (n1 + 1);

  UTest test;
  test.u = static_cast<double>(doubled_u) / 2;
  if (groups.size() == 1) {
    test.all_equal = true;
    return test;
  }
  const bool ties = groups.size() < n1 + n2;
  const std::size_t largest = std::max(n1, n2);
  if (doubled_u == n1 * n2) return test;  // on the mean
  const bool below = doubled_u < n1 * n2;
  if (!ties && largest <= kExactWithoutTies) {
    test.p = std::min(1.0, two_sided(counts_without_ties(n1, n2), doubled_u / 2, below));
  } else if (ties && largest <= kExactWithTies) {
    const std::vector<double> counts = count_with_ties(groups, n1);
    test.p = std::min(1.0, two_sided(counts, doubled_sum, below));
    if (tail == TiedTail::kBenchstat && n1 != n2) {
      const std::size_t mirrored = std::min(doubled_u, 2 * n1 * n2 - doubled_u);
      const double benchstat = two_sided(counts, mirrored + n1 * (n1 + 1), true);
      test.mirrored = benchstat != test.p;
      test.p = benchstat;
    }
  } else {
    test.p = normal_p(test.u, static_cast<double>(n1), static_cast<double>(n2), groups, tail);
    test.mirrored = test.p == 0;
  }
  return test;
}

}  // namespace splicebench
