#include "results/stats/changes/change_points.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <numeric>
#include <random>
#include <utility>

namespace splicebench {

namespace {

constexpr int kPermutations = 999;

using Order = std::vector<std::size_t>;

/// Runs of a series between two changes, those that have a value.
struct Stretch {
  std::size_t series;
  std::size_t first;  ///< run
  std::size_t end;
  double centre = 0;
  double squares = 0;  ///< around it: the same in every order
  std::size_t count = 0;
};

/// A split, and |t|^2 of it.
struct Split {
  double figure;
  std::size_t at;  ///< the first run after it
};

bool holds(const Stretch& stretch, const std::vector<double>& values, std::size_t run) {
  return run >= stretch.first && run < stretch.end && !std::isnan(values[run]);
}

/// `values` as they come in `order`.
Split best_split(const Stretch& stretch, const RunSeries& series, const Order& order) {
  const double n = static_cast<double>(stretch.count);
  std::size_t at = stretch.first;
  double most = -1;  // less than any sum of squares
  double sum = 0;
  std::size_t before = 0;
  for (const std::size_t run : order) {
    if (!holds(stretch, series.values, run)) continue;
    if (before >= kLeastSide && before + kLeastSide <= stretch.count) {
      const double left = static_cast<double>(before);
      const double between = sum * sum * n / (left * (n - left));  // sum of squares
      if (between > most) most = between, at = run;
    }
    sum += series.values[run] - stretch.centre;
    ++before;
  }
  const double noise = (stretch.squares - most) / (n - 2) + series.variance;
  // A little is what rounding leaves of nothing.
  if (most <= stretch.squares * 1e-12) return {0, at};
  return {noise > 0 ? most / noise : std::numeric_limits<double>::infinity(), at};
}

class Search {
 public:
  Search(const std::vector<RunSeries>& all, double alpha) : all_(all), alpha_(alpha) {
    if (all.empty()) return;
    in_time_.resize(all.front().values.size());
    std::iota(in_time_.begin(), in_time_.end(), std::size_t{0});
    for (std::size_t i = 0; i < all.size(); ++i) add(i, 0, in_time_.size());
  }

  std::vector<std::vector<ChangePoint>> changes() {
    std::vector<std::vector<ChangePoint>> found(all_.size());
    while (!stretches_.empty() && stage(found)) {
    }
    for (std::vector<ChangePoint>& one : found) {
      std::sort(one.begin(), one.end(),
                [](const ChangePoint& a, const ChangePoint& b) { return a.at < b.at; });
    }
    return found;
  }

 private:
  void add(std::size_t series, std::size_t first, std::size_t end) {
    Stretch one{series, first, end};
    const std::vector<double>& values = all_[series].values;
    for (std::size_t run = first; run < end; ++run) {
      if (!holds(one, values, run)) continue;
      one.centre += values[run];
      ++one.count;
    }
    if (one.count < kLeastStretch) return;
    one.centre /= static_cast<double>(one.count);
    for (std::size_t run = first; run < end; ++run) {
      if (holds(one, values, run)) one.squares += std::pow(values[run] - one.centre, 2);
    }
    stretches_.push_back(one);
  }

  /// std::shuffle differs between libraries.
  Order shuffled() {
    Order order = in_time_;
    for (std::size_t left = order.size(); left > 1; --left)
      std::swap(order[left - 1], order[random_() % left]);
    return order;
  }

  /// Adds what is found to `found`; false where that is nothing.
  bool stage(std::vector<std::vector<ChangePoint>>& found) {
    std::vector<double> greatest;
    for (int i = 0; i < kPermutations; ++i) {
      const Order order = shuffled();
      double most = 0;
      for (const Stretch& one : stretches_)
        most = std::max(most, best_split(one, all_[one.series], order).figure);
      greatest.push_back(most);
    }
    std::sort(greatest.begin(), greatest.end());
    const std::vector<Stretch> tested = std::exchange(stretches_, {});
    bool any = false;
    for (const Stretch& one : tested) {
      const Split split = best_split(one, all_[one.series], in_time_);
      // What is as great but for rounding is as great.
      const auto reached = greatest.end() - std::lower_bound(greatest.begin(), greatest.end(),
                                                             split.figure * (1 - 1e-9));
      const double p = static_cast<double>(reached + 1) / (kPermutations + 1);
      if (p > alpha_) {
        stretches_.push_back(one);
        continue;
      }
      any = true;
      found[one.series].push_back({split.at, p});
      add(one.series, one.first, split.at);
      add(one.series, split.at, one.end);
    }
    return any;
  }

  const std::vector<RunSeries>& all_;
  double alpha_;
  Order in_time_;
  std::vector<Stretch> stretches_;
  std::mt19937_64 random_{1};
};

}  // namespace

std::vector<std::vector<ChangePoint>> change_points_of(const std::vector<RunSeries>& all,
                                                       double alpha) {
  return Search(all, alpha).changes();
}

}  // namespace splicebench
