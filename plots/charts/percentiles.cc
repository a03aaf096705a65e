// Percentile curves of round trips: a panel per message size, a line per mode and floor.

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "plots/charts/chart.h"
#include "plots/data/panels.h"
#include "plots/data/text.h"
#include "results/verdict/ping_figures.h"

namespace splicebench {

namespace {

struct Curve {
  std::size_t result = 0;
  std::int64_t size = 0;
  std::string mode;
  Histogram times;
};

std::vector<Curve> curves_of(const ChartInput& input) {
  std::vector<Curve> curves;
  for (std::size_t result = 0; result < input.results.size(); ++result) {
    if (!input.results[result].ping) continue;
    for (const PingCase& one : input.results[result].ping->cases) {
      Histogram times = merged(one).times;
      if (times.count() == 0) continue;
      curves.push_back({result, one.id.chunk, one.id.mode, std::move(times)});
    }
  }
  return curves;
}

/// A panel's curves are those of one size of one result.
std::vector<std::pair<std::size_t, std::int64_t>> panels_of(const std::vector<Curve>& curves) {
  std::vector<std::pair<std::size_t, std::int64_t>> panels;
  for (const Curve& curve : curves) {
    const std::pair<std::size_t, std::int64_t> panel{curve.result, curve.size};
    if (std::find(panels.begin(), panels.end(), panel) == panels.end()) panels.push_back(panel);
  }
  return panels;
}

/// Points up to the largest time: 1 / (1 - share), microseconds.
std::string data_block(const std::string& name, const Histogram& times) {
  constexpr double kPointsPerDecade = 24;
  const double count = static_cast<double>(times.count());
  std::string block = name + " << EOD\n";
  for (double place = 0;; ++place) {
    const double beyond = std::pow(10.0, place / kPointsPerDecade);
    if (beyond >= count) break;
    block += fmt::format("{:.6g} {:.6g}\n", beyond, times.quantile(1 - 1 / beyond) * 1e6);
  }
  return block + fmt::format("{:.6g} {:.6g}\nEOD", count, times.max() * 1e6);
}

void plot_curves(Canvas& canvas, const std::vector<const Curve*>& curves, const ModeLooks& looks) {
  std::vector<std::string> elements;
  for (std::size_t i = 0; i < curves.size(); ++i) {
    const std::string name = fmt::format("$d{}", i);
    canvas.add(data_block(name, curves[i]->times));
    const ModeLook& look = looks.of(curves[i]->mode);
    elements.push_back(fmt::format("{} using 1:2 with lines lw 2 dt {} lc rgb '{}' notitle", name,
                                   look.dash, look.colour));
  }
  canvas.add(fmt::format("plot {}", fmt::join(elements, ", \\\n  ")));
}

std::vector<LegendEntry> legend_of(const ModeLooks& looks) {
  std::vector<LegendEntry> legend = mode_legend(looks);
  for (LegendEntry& entry : legend) entry.marker = 0;
  return legend;
}

Drawing draw(const ChartInput& input, const ChartStyle& style) {
  const std::string title = "Percentiles of round trips";
  const std::vector<Curve> curves = curves_of(input);
  if (curves.empty()) return nothing_to_draw(title, "no round trips: splicebench ping makes them");
  double low = INFINITY;
  double high = 0;
  double most = 10;
  for (const Curve& curve : curves) {
    low = std::min(low, curve.times.quantile(0) * 1e6);
    high = std::max(high, curve.times.max() * 1e6);
    most = std::max(most, static_cast<double>(curve.times.count()));
  }
  const std::vector<std::pair<std::size_t, std::int64_t>> panels = panels_of(curves);
  const int count = static_cast<int>(panels.size());
  const int columns = columns_that_fit(style, std::min(count, 2));
  const ModeLooks looks(input.results, style.dark);
  Canvas canvas(input, style,
                {title,
                 "all rounds of a mode together; right is rarer, and the end of a line its "
                 "largest time"},
                legend_of(looks), (count + columns - 1) / columns, columns);
  for (int i = 0; i < count; ++i) {
    const auto& [result, size] = panels[static_cast<std::size_t>(i)];
    const std::string of = input.results.size() > 1 ? ", " + input.labels[result] : "";
    canvas.panel(i / columns, i % columns, size_label(size) + of);
    canvas.percentile_axis(most);
    canvas.log_axis(low, high, 10, "round trip (us)",
                    [](double value) { return fmt::format("{:g}", value); });
    std::vector<const Curve*> shown;
    for (const Curve& curve : curves) {
      if (curve.result == result && curve.size == size) shown.push_back(&curve);
    }
    plot_curves(canvas, shown, looks);
  }
  return canvas.finish();
}

const RegisterChart registered({80, "percentiles", "percentile curves of round trips", draw, true});

}  // namespace

}  // namespace splicebench
