#include "results/stats/rank/signed_rank.h"

#include <algorithm>
#include <array>
#include <boost/math/distributions/normal.hpp>
#include <cmath>
#include <limits>
#include <vector>

namespace splicebench {

namespace {

constexpr std::size_t kExactRanks = 50;

/// P(sum of the chosen `weights` = s) for every s, each weight chosen by a fair coin.
std::vector<double> sum_distribution(std::span<const std::int64_t> weights) {
  std::vector<double> probability{1};
  for (const std::int64_t weight : weights) {
    const std::size_t step = static_cast<std::size_t>(weight);
    std::vector<double> next(probability.size() + step, 0);
    for (std::size_t sum = 0; sum < probability.size(); ++sum) {
      next[sum] += probability[sum] / 2;
      next[sum + step] += probability[sum] / 2;
    }
    probability = std::move(next);
  }
  return probability;
}

/// P(sum of positive ranks <= s) for n differences without ties.
const std::vector<double>& rank_sum_below(std::size_t n) {
  static const std::array<std::vector<double>, kExactRanks + 1> all = [] {
    std::array<std::vector<double>, kExactRanks + 1> tables;
    std::vector<std::int64_t> ranks;
    for (std::vector<double>& table : tables) {
      table = sum_distribution(ranks);
      for (std::size_t sum = 1; sum < table.size(); ++sum) table[sum] += table[sum - 1];
      ranks.push_back(static_cast<std::int64_t>(ranks.size()) + 1);
    }
    return tables;
  }();
  return all[n];
}

struct SignedRanks {
  std::vector<std::int64_t> doubled;  ///< twice the mid-ranks of those that are not 0
  std::int64_t positive = 0;          ///< sum of those of positive differences
  bool tied = false;                  ///< or zeros left out: not just 2, 4, 6, ...
};

SignedRanks signed_ranks(std::span<const double> differences) {
  std::vector<double> sorted(differences.begin(), differences.end());
  std::sort(sorted.begin(), sorted.end(),
            [](double a, double b) { return std::abs(a) < std::abs(b); });
  SignedRanks ranks;
  for (std::size_t begin = 0; begin < sorted.size();) {
    std::size_t end = begin;
    while (end < sorted.size() && std::abs(sorted[end]) == std::abs(sorted[begin])) ++end;
    ranks.tied = ranks.tied || end - begin > 1 || sorted[begin] == 0;
    for (std::size_t i = begin; i < end && sorted[begin] != 0; ++i) {
      ranks.doubled.push_back(static_cast<std::int64_t>(begin + end) + 1);
      if (sorted[i] > 0) ranks.positive += ranks.doubled.back();
    }
    begin = end;
  }
  return ranks;
}

/// P(sum of chosen ranks <= `doubled` / 2), normal; `ranks` of n differences.
double normal_below(const SignedRanks& ranks, double doubled) {
  double sum = 0;
  double squares = 0;
  for (const std::int64_t rank : ranks.doubled) {
    sum += static_cast<double>(rank);
    squares += static_cast<double>(rank) * static_cast<double>(rank);
  }
  // The continuity correction is half of a step of 2.
  return boost::math::cdf(boost::math::normal(sum / 2, std::sqrt(squares) / 2), doubled + 1);
}

double at_most(const SignedRanks& ranks, std::int64_t doubled) {
  if (ranks.doubled.size() > kExactRanks) return normal_below(ranks, static_cast<double>(doubled));
  if (!ranks.tied)
    return rank_sum_below(ranks.doubled.size())[static_cast<std::size_t>(doubled / 2)];
  const std::vector<double> probability = sum_distribution(ranks.doubled);
  double below = 0;
  for (std::size_t sum = 0; sum <= static_cast<std::size_t>(doubled); ++sum)
    below += probability[sum];
  return below;
}

/// How many of the least averages the test at `level` refuses on one side, for n differences; -1:
/// not even what lies below all of them.
std::int64_t refused(std::size_t n, double level) {
  if (n > kExactRanks) {
    const double count = static_cast<double>(n);
    const boost::math::normal sum(count * (count + 1) / 4,
                                  std::sqrt(count * (count + 1) * (2 * count + 1) / 24));
    return static_cast<std::int64_t>(std::floor(boost::math::quantile(sum, level / 2) - 0.5));
  }
  const std::vector<double>& below = rank_sum_below(n);
  const auto end = std::upper_bound(below.begin(), below.end(), level / 2);
  return end - below.begin() - 1;
}

/// The `order`-th smallest (from 1) of the sums d_i + d_j, i <= j, of ascending finite d.
double sum_of_order(std::span<const double> d, std::int64_t order) {
  // The largest partner of each: both loops go through the list once, in opposite directions.
  const auto count_up_to = [&](double bound, double& largest) {
    std::int64_t count = 0;
    std::ptrdiff_t partner = std::ssize(d) - 1;
    largest = -std::numeric_limits<double>::infinity();
    for (std::ptrdiff_t i = 0; i <= partner; ++i) {
      const double own = d[static_cast<std::size_t>(i)];
      while (partner >= i && own + d[static_cast<std::size_t>(partner)] > bound) --partner;
      if (partner < i) break;
      count += partner - i + 1;
      largest = std::max(largest, own + d[static_cast<std::size_t>(partner)]);
    }
    return count;
  };
  double low = 2 * d.front();
  double high = 2 * d.back();
  double largest = low;
  if (count_up_to(low, largest) >= order) return low;
  while (true) {
    const double middle = low + (high - low) / 2;
    if (middle <= low || middle >= high || high - low < 1e-15) break;
    (count_up_to(middle, largest) >= order ? high : low) = middle;
  }
  count_up_to(high, largest);
  return largest;
}

/// Beyond any logarithm of a ratio of doubles; stands for infinity, whose differences are no
/// numbers.
constexpr double kBeyond = 1e6;

double unbounded(double value) {
  // The average of an infinite and a finite one of two sums is a quarter of it, give or take the
  // finite one's.
  if (std::abs(value) < kBeyond / 8) return value;
  return std::copysign(std::numeric_limits<double>::infinity(), value);
}

}  // namespace

double signed_rank_test(std::span<const double> differences) {
  const SignedRanks ranks = signed_ranks(differences);
  std::int64_t all = 0;
  for (const std::int64_t rank : ranks.doubled) all += rank;
  return std::min(1.0, 2 * at_most(ranks, std::min(ranks.positive, all - ranks.positive)));
}

Centre centre_of(std::span<const double> differences, double level) {
  constexpr double infinity = std::numeric_limits<double>::infinity();
  std::vector<double> finite(differences.begin(), differences.end());
  for (double& one : finite) one = std::clamp(one, -kBeyond, kBeyond);
  const std::int64_t n = std::ssize(finite);
  const std::int64_t averages = n * (n + 1) / 2;
  const double middle = sum_of_order(finite, (averages + 1) / 2);
  const double next = averages % 2 == 1 ? middle : sum_of_order(finite, averages / 2 + 1);
  Centre centre{unbounded((middle + next) / 4), -infinity, infinity};
  const std::int64_t order = refused(finite.size(), level) + 1;
  if (order < 1) return centre;
  centre.low = unbounded(sum_of_order(finite, order) / 2);
  centre.high = unbounded(sum_of_order(finite, averages + 1 - order) / 2);
  return centre;
}

std::int64_t differences_needed(double level) {
  std::int64_t n = 1;
  while (std::exp2(static_cast<double>(1 - n)) > level) ++n;
  return n;
}

}  // namespace splicebench
