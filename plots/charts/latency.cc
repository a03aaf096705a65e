// Round trips over the size of the message: a panel per percentile, a line per mode and floor.

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "plots/charts/chart.h"
#include "plots/data/panels.h"
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

struct Panel {
  std::size_t result = 0;
  std::string quantile;
};

std::vector<Panel> panels_of(const std::vector<SizePoint>& points, std::size_t results) {
  std::vector<Panel> panels;
  for (std::size_t result = 0; result < results; ++result) {
    for (const PingQuantile& quantile : kPingQuantiles) {
      const bool told = std::any_of(points.begin(), points.end(), [&](const SizePoint& point) {
        return point.result == result && point.quantile == quantile.name;
      });
      if (told && quantile.share < 1) panels.push_back({result, quantile.name});
    }
  }
  return panels;
}

std::vector<Line> lines_of(const std::vector<SizePoint>& points, const Panel& panel,
                           const ModeLooks& looks) {
  std::vector<Line> lines;
  for (const std::string& mode : looks.modes()) {
    Line line{looks.of(mode), {}};
    for (const SizePoint& point : points) {
      if (point.result != panel.result || point.quantile != panel.quantile || point.id.mode != mode)
        continue;
      const Summary& summary = point.summary;
      line.points.push_back({point.id.chunk, summary.centre, summary.low, summary.high, true});
    }
    sort_by_chunk(line);
    if (!line.points.empty()) lines.push_back(std::move(line));
  }
  return lines;
}

Drawing draw(const ChartInput& input, const ChartStyle& style) {
  const std::string title = "Round trips over message size";
  const std::vector<SizePoint> points = points_of(input);
  std::set<std::int64_t> sizes;
  Range shown{INFINITY, 0, 0};
  for (const SizePoint& point : points) {
    sizes.insert(point.id.chunk);
    if (point.quantile != "max") include(shown, point.summary);
  }
  if (sizes.size() < 2) {
    return nothing_to_draw(title,
                           "no round trips of several sizes: splicebench ping --size FROM..TO "
                           "makes them");
  }
  const std::vector<Panel> panels = panels_of(points, input.results.size());
  const int count = static_cast<int>(panels.size());
  const int columns = columns_that_fit(style, std::min(count, 2));
  const ModeLooks looks(input.results, style.dark);
  const std::vector<std::int64_t> chunks(sizes.begin(), sizes.end());
  Canvas canvas(input, style,
                {title,
                 "median of the rounds' percentiles; the band is its 95 % interval where "
                 "there are rounds enough"},
                mode_legend(looks), (count + columns - 1) / columns, columns);
  for (int i = 0; i < count; ++i) {
    const Panel& panel = panels[static_cast<std::size_t>(i)];
    const std::string of = input.results.size() > 1 ? ", " + input.labels[panel.result] : "";
    canvas.panel(i / columns, i % columns, panel.quantile + of);
    canvas.chunk_axis(chunks);
    canvas.log_axis(shown.low, shown.high, 10, "round trip (us)",
                    [](double value) { return fmt::format("{:g}", value); });
    plot_lines(canvas, lines_of(points, panel, looks), planned_chunks(input.results[panel.result]),
               Interval::band);
  }
  return canvas.finish();
}

const RegisterChart registered({81, "latency", "round trips over message size, by percentile", draw,
                                true});

}  // namespace

}  // namespace splicebench
