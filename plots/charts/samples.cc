// Every sample over the time of its run, against the median of its case: drift and outliers.

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "plots/charts/chart.h"
#include "plots/data/panels.h"
#include "results/stats/summary.h"

namespace splicebench {

namespace {

constexpr double kMostShown = 100;         // percent; what lies beyond stands at the edge
constexpr std::size_t kManyPoints = 5000;  // from here on dots instead of markers

struct Point {
  double time = 0;    ///< seconds
  double change = 0;  ///< percent of the case's median
  std::int64_t round = 0;
};

struct PanelPoints {
  std::map<std::string, std::vector<Point>> by_mode;
  std::vector<double> failed;  ///< times, seconds
  double end = 0;              ///< seconds

  std::size_t size() const {
    std::size_t count = failed.size();
    for (const auto& [mode, points] : by_mode) count += points.size();
    return count;
  }
};

PanelPoints points_of(const Result& result, const std::string& path) {
  PanelPoints panel;
  for (const CaseResult& one : result.cases) {
    if (one.id.path != path) continue;
    std::vector<double> speeds;
    for (const Sample& sample : one.samples) {
      if (sample.error.empty()) speeds.push_back(sample.bytes_per_second());
    }
    const double median = speeds.empty() ? 0 : summarise(speeds).centre;
    for (const Sample& sample : one.samples) {
      panel.end = std::max(panel.end, sample.start);
      if (!sample.error.empty()) {
        panel.failed.push_back(sample.start);
        continue;
      }
      panel.by_mode[one.id.mode].push_back(
          {sample.start, (sample.bytes_per_second() / median - 1) * 100, sample.round});
    }
  }
  return panel;
}

/// Median change per round, at the middle of its times: drift of the machine, whatever the mode.
std::vector<Point> round_medians(const PanelPoints& panel) {
  std::map<std::int64_t, std::vector<Point>> rounds;
  for (const auto& [mode, points] : panel.by_mode) {
    for (const Point& point : points) rounds[point.round].push_back(point);
  }
  std::vector<Point> medians;
  for (const auto& [round, points] : rounds) {
    std::vector<double> changes;
    double time = 0;
    for (const Point& point : points) {
      changes.push_back(point.change);
      time += point.time / static_cast<double>(points.size());
    }
    medians.push_back({time, summarise(changes).centre, round});
  }
  std::sort(medians.begin(), medians.end(),
            [](const Point& a, const Point& b) { return a.time < b.time; });
  return medians;
}

/// Fills data blocks and plots them.
class SamplePlot {
 public:
  SamplePlot(Canvas& canvas, const Range& range, double time_factor)
      : canvas_(canvas), range_(range), time_factor_(time_factor) {}

  void add(const std::vector<Point>& points, const std::string& style) {
    if (points.empty()) return;
    const std::string name = fmt::format("$d{}", elements_.size());
    std::string block = name + " << EOD\n";
    for (const Point& point : points) {
      block += fmt::format("{:.6g} {:.4g}\n", point.time * time_factor_,
                           std::clamp(point.change, range_.low, range_.high));
    }
    canvas_.add(block + "EOD");
    elements_.push_back(name + " " + style + " notitle");
  }

  void plot() { canvas_.add(fmt::format("plot {}", fmt::join(elements_, ", \\\n  "))); }

 private:
  Canvas& canvas_;
  Range range_;
  double time_factor_;
  std::vector<std::string> elements_;
};

void plot_panel(Canvas& canvas, const PanelPoints& panel, const ModeLooks& looks,
                const Range& range, double time_factor, bool many) {
  SamplePlot plot(canvas, range, time_factor);
  for (const std::string& mode : looks.modes()) {
    const auto found = panel.by_mode.find(mode);
    if (found == panel.by_mode.end()) continue;
    std::vector<Point> inside;
    std::vector<Point> beyond;
    for (const Point& point : found->second) {
      const bool shown = point.change >= range.low && point.change <= range.high;
      (shown ? inside : beyond).push_back(point);
    }
    const ModeLook& look = looks.of(mode);
    plot.add(inside, many ? fmt::format("with dots lc rgb '{}'", look.colour)
                          : fmt::format("with points pt {} ps {} lc rgb '{}'", look.marker,
                                        look.marker_size * 0.5, look.colour));
    plot.add(beyond,
             fmt::format("with points pt {} ps 1 lw 1.5 lc rgb '{}'", look.hollow, look.colour));
  }
  std::vector<Point> failed;
  for (const double time : panel.failed) failed.push_back({time, range.low, 0});
  plot.add(failed, fmt::format("with points pt 2 ps 0.8 lw 1.5 lc rgb '{}'", canvas.colours().ink));
  plot.add(round_medians(panel),
           fmt::format("with lines lw 1.2 lc rgb '{}'", canvas.colours().ink));
  plot.plot();
}

Range range_of(const std::vector<PanelPoints>& panels) {
  double low = -5;
  double high = 5;
  for (const PanelPoints& panel : panels) {
    for (const auto& [mode, points] : panel.by_mode) {
      for (const Point& point : points) {
        low = std::min(low, point.change);
        high = std::max(high, point.change);
      }
    }
  }
  return round_range(std::max(low, -kMostShown), std::min(high, kMostShown));
}

std::vector<LegendEntry> legend_of(const ModeLooks& looks, const Theme& colours, bool failures) {
  std::vector<LegendEntry> legend = mode_legend(looks);
  for (LegendEntry& entry : legend) entry.dash = "none";
  legend.push_back({"median of a round", colours.ink, "solid", 0, 1});
  if (failures) legend.push_back({"failed", colours.ink, "none", 2, 0.8});
  return legend;
}

Drawing draw(const ChartInput& input, const ChartStyle& style) {
  const std::string title = "Samples over time";
  const PanelGrid grid = path_panels(input, style);
  std::vector<PanelPoints> panels;
  std::size_t count = 0;
  double end = 0;
  bool failures = false;
  for (const PathPanel& panel : grid.panels) {
    panels.push_back(points_of(input.results[panel.result], panel.path));
    count += panels.back().size();
    end = std::max(end, panels.back().end);
    failures = failures || !panels.back().failed.empty();
  }
  if (count == 0) return nothing_to_draw(title, "no case has a sample");
  if (!some_off_their_median(input.results)) {
    return nothing_to_draw(title, kNoneOffItsMedian);
  }

  const ModeLooks looks(input.results, style.dark);
  const Range range = range_of(panels);
  const bool minutes = end >= 180;
  Canvas canvas(input, style,
                {title, fmt::format("throughput against the median of the sample's case; hollow at "
                                    "an edge: beyond {:.0f} %",
                                    kMostShown)},
                legend_of(looks, theme(style.dark), failures), grid.rows, grid.columns);
  for (std::size_t i = 0; i < panels.size(); ++i) {
    const PathPanel& panel = grid.panels[i];
    canvas.panel(panel.row, panel.column, panel.title);
    if (panels[i].size() == 0) {
      canvas.empty_panel("no sample of this path");
      continue;
    }
    canvas.time_axis(std::max(end, 1e-3) * (minutes ? 1.0 / 60 : 1), minutes ? "min" : "s");
    Range framed = range;  // room for the marks at the edges
    framed.low -= range.step * 0.3;
    framed.high += range.step * 0.3;
    canvas.value_axis(framed, "off the median (%)");
    plot_panel(canvas, panels[i], looks, range, minutes ? 1.0 / 60 : 1, count > kManyPoints);
  }
  return canvas.finish();
}

const RegisterChart registered({50, "samples",
                                "every sample over the time of the run: drift and outliers", draw});

}  // namespace

}  // namespace splicebench
