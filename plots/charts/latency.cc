// Round trips over the size of the message: a panel per percentile, a line per mode and floor.

#include <algorithm>
#include <set>

#include "plots/data/series.h"
#include "plots/data/text.h"
#include "results/stats/summary.h"
#include "results/verdict/ping_figures.h"

namespace splicebench {

namespace {

struct SizePoint {
  std::size_t result = 0;
  CaseId id;
  std::string quantile;
  Summary summary;  ///< microseconds
};

/// The figures of the blocks as far as they tell a percentile.
std::vector<SizePoint> points_of(const ChartInput& input) {
  std::vector<SizePoint> points;
  for (std::size_t result = 0; result < input.results.size(); ++result) {
    if (!input.results[result].ping) continue;
    for (const PingCase& one : input.results[result].ping->cases) {
      for (const PingQuantile& quantile : kPingQuantiles) {
        std::vector<double> values;
        for (const PingBlock& block : one.blocks) {
          if (!block.error.empty()) continue;
          for (const Metric& metric : metrics_of(block, one.id.chunk)) {
            if (metric.unit == quantile_unit(quantile.name)) values.push_back(metric.value * 1e6);
          }
        }
        if (!values.empty()) points.push_back({result, one.id, quantile.name, summarise(values)});
      }
    }
  }
  return points;
}

std::string conditions_of(const SizePoint& point) {
  return named_conditions(point.id.conditions, ", ");
}

struct Panel {
  std::size_t result = 0;
  std::string quantile;
  std::string conditions;
};

std::vector<Panel> panels_of(const std::vector<SizePoint>& points, std::size_t results) {
  std::vector<Panel> panels;
  for (std::size_t result = 0; result < results; ++result) {
    for (const PingQuantile& quantile : kPingQuantiles) {
      if (quantile.share == 1) continue;
      std::vector<std::string> known;
      for (const SizePoint& point : points) {
        if (point.result != result || point.quantile != quantile.name) continue;
        const std::string conditions = conditions_of(point);
        if (std::find(known.begin(), known.end(), conditions) != known.end()) continue;
        known.push_back(conditions);
        panels.push_back({result, quantile.name, conditions});
      }
    }
  }
  return panels;
}

Chart compute(const ChartInput& input) {
  Chart chart;
  chart.title = "Round trips over message size";
  chart.note =
      "median of the rounds' percentiles; the band is its 95 % interval where there are rounds "
      "enough";
  const std::vector<SizePoint> points = points_of(input);
  std::set<std::int64_t> sizes;
  for (const SizePoint& point : points) sizes.insert(point.id.chunk);
  if (sizes.size() < 2) {
    return nothing_to_draw(chart.title,
                           "no round trips of several sizes: splicebench ping --size FROM..TO "
                           "makes them");
  }
  ChartPart part;
  for (const Panel& panel : panels_of(points, input.results.size())) {
    std::vector<CasePoint> some;
    for (const SizePoint& point : points) {
      if (point.result != panel.result || point.quantile != panel.quantile ||
          conditions_of(point) != panel.conditions)
        continue;
      // A panel holds all paths of a result.
      some.push_back({{"", point.id.chunk, point.id.mode},
                      summary_point(point.id, point.summary, 1, digits_text, "\u00A0us")});
    }
    part.panels.push_back({panel_title(input, panel.result, panel.quantile + panel.conditions), "",
                           series_of(input.modes, some, ""),
                           planned_chunks(input.results[panel.result])});
  }
  chart.note += give_axes(part, kLowerIsBetter, [](const std::vector<ChartPanel>& panels) {
    return log_axis(panels, 10, "round trip (us)");
  });
  chart.x = chunk_axis({sizes.begin(), sizes.end()}, "message size");
  chart.parts = {part};
  return chart;
}

const RegisterChart registered({81, "latency", "round trips over message size, by percentile",
                                compute, true});

}  // namespace

}  // namespace splicebench
