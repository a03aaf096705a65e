#include "plots/charts/chart.h"

#include <algorithm>
#include <utility>

namespace splicebench {

namespace {

/// A function's static: charts register before main, in an order the linker picks.
std::vector<Chart>& registry() {
  static std::vector<Chart> all;
  return all;
}

}  // namespace

const std::vector<Chart>& charts() { return registry(); }

RegisterChart::RegisterChart(Chart chart) {
  std::vector<Chart>& all = registry();
  const auto place = std::upper_bound(
      all.begin(), all.end(), chart,
      [](const Chart& left, const Chart& right) { return left.order < right.order; });
  all.insert(place, std::move(chart));
}

}  // namespace splicebench
