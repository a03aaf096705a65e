#include "plots/data/chart.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace splicebench {

namespace {

/// A function's static: charts register before main, in an order the linker picks.
std::vector<ChartType>& registry() {
  static std::vector<ChartType> all;
  return all;
}

double sort_key(const ChartSeries& series) { return series.points.front().y; }

/// A row per mode, the best first, in place of many points at one x.
void rank(Chart& chart) {
  chart.kind = ChartKind::ranked;
  if (chart.rows) chart.abreast = 2;
  chart.rows = false;
  for (ChartPart& part : chart.parts) {
    for (ChartPanel& panel : part.panels) {
      const bool rising = panel.y.better == kLowerIsBetter;
      std::stable_sort(panel.series.begin(), panel.series.end(),
                       [&](const ChartSeries& a, const ChartSeries& b) {
                         return rising ? sort_key(a) < sort_key(b) : sort_key(a) > sort_key(b);
                       });
    }
  }
}

bool has_one_chunk_and_many_modes(const Chart& chart, const ChartInput& input) {
  constexpr std::ptrdiff_t kMany = 3;
  return chart.kind != ChartKind::samples && chart.x.base == 2 && chart.x.marks.size() == 1 &&
         std::count_if(input.modes.begin(), input.modes.end(),
                       [](const ChartMode& mode) { return !mode.is_floor(); }) >= kMany;
}

}  // namespace

ChartInput chart_input(std::vector<Result> results, std::vector<std::string> labels) {
  std::vector<ChartMode> modes = modes_of(results);
  return {std::move(results), std::move(labels), std::move(modes)};
}

const std::vector<ChartType>& charts() { return registry(); }

Chart compute(const ChartType& type, const ChartInput& input) {
  Chart chart;
  if (type.of_two && input.results.size() != 2) {
    chart.missing = "it takes two results, old and new";
    chart.applies = false;
    return chart;
  }
  chart = type.compute(input);
  const auto drawn = [&](const ChartMode& mode) {
    for (const ChartPart& part : chart.parts) {
      for (const ChartPanel& panel : part.panels) {
        for (const ChartSeries& series : panel.series) {
          if (series.mode.slot == mode.slot) return true;
        }
      }
    }
    return false;
  };
  if (chart.legend.empty()) {
    if (has_one_chunk_and_many_modes(chart, input)) rank(chart);
    std::copy_if(input.modes.begin(), input.modes.end(), std::back_inserter(chart.legend), drawn);
  }
  // A chart of one part is named as its type is.
  for (ChartPart& part : chart.parts) {
    if (part.name.empty()) part.name = type.name;
    if (part.title.empty()) part.title = chart.title;
  }
  return chart;
}

RegisterChart::RegisterChart(ChartType type) {
  std::vector<ChartType>& all = registry();
  const auto place = std::upper_bound(
      all.begin(), all.end(), type,
      [](const ChartType& left, const ChartType& right) { return left.order < right.order; });
  all.insert(place, std::move(type));
}

}  // namespace splicebench
