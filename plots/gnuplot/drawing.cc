#include "plots/gnuplot/drawing.h"

#include <fmt/format.h>

#include <algorithm>

#include "plots/data/series.h"
#include "plots/gnuplot/canvas.h"
#include "plots/gnuplot/elements.h"
#include "plots/gnuplot/lines.h"

namespace splicebench {

namespace {

/// Rectangles "x y xlow xhigh ylow yhigh" of a layer of a mode's bars, categories being 1 apart.
std::string boxes_of(const Chart& chart, const ChartSeries& series, std::size_t layer) {
  constexpr double kCluster = 0.82;
  const std::size_t modes = chart.legend.size();
  const double width = kCluster / static_cast<double>(modes);
  const auto mode =
      std::find_if(chart.legend.begin(), chart.legend.end(),
                   [&](const ChartMode& one) { return one.slot == series.mode.slot; });
  const double left = -kCluster / 2 + static_cast<double>(mode - chart.legend.begin()) * width;
  std::string boxes;
  for (const ChartPoint& point : series.points) {
    double bottom = 0;
    for (std::size_t below = 0; below < layer; ++below) bottom += point.layers[below];
    const auto mark = std::find_if(chart.x.marks.begin(), chart.x.marks.end(),
                                   [&](const AxisMark& one) { return one.value == point.x; });
    const double place = static_cast<double>(mark - chart.x.marks.begin());
    boxes += fmt::format("{0:.4f} {3:.6g} {1:.4f} {2:.4f} {3:.6g} {4:.6g}\n", place, place + left,
                         place + left + width * (modes > 1 ? 0.9 : 1.0), bottom,
                         bottom + point.layers[layer]);
  }
  return boxes;
}

void plot_stacks(Canvas& canvas, const Chart& chart, const ChartPanel& panel, bool dark) {
  Elements elements(canvas);
  for (const ChartSeries& series : panel.series) {
    const std::string colour = look_of_slot(series.mode.slot, dark).colour;
    for (std::size_t layer = 0; layer < chart.layers.size(); ++layer) {
      elements.add(boxes_of(chart, series, layer),
                   fmt::format("with boxxyerror fs solid noborder fc rgb '{}'",
                               tone_of(colour, layer, canvas.colours())));
    }
  }
  elements.plot();
}

void plot_samples(Canvas& canvas, const ChartPart& part, const ChartPanel& panel, bool dark) {
  // From here on dots instead of markers.
  constexpr std::size_t kManyPoints = 5000;
  const bool many = points_of(part.panels).size() > kManyPoints;
  const double low = part.y.marks.front().value;
  const double high = part.y.marks.back().value;
  Elements elements(canvas);
  for (const ChartSeries& series : panel.series) {
    Points inside;
    Points beyond;
    for (ChartPoint point : series.points) {
      const bool shown = point.y >= low && point.y <= high;
      point.y = std::clamp(point.y, low, high);
      (shown ? inside : beyond).push_back(point);
    }
    const ModeLook look = look_of_slot(series.mode.slot, dark);
    elements.add(inside, 1,
                 many ? fmt::format("with dots lc rgb '{}'", look.colour)
                      : fmt::format("with points pt {} ps {} lc rgb '{}'", look.marker,
                                    look.marker_size * 0.5, look.colour));
    elements.add(
        beyond, 1,
        fmt::format("with points pt {} ps 1 lw 1.5 lc rgb '{}'", look.hollow, look.colour));
  }
  Points failed;
  for (const double time : panel.failed) failed.push_back({time, low});
  const std::string& ink = canvas.colours().ink;
  elements.add(failed, 1, fmt::format("with points pt 2 ps 0.8 lw 1.5 lc rgb '{}'", ink));
  Points medians = panel.medians;
  for (ChartPoint& point : medians) point.y = std::clamp(point.y, low, high);
  elements.add(medians, 1, fmt::format("with lines lw 1.2 lc rgb '{}'", ink));
  elements.plot();
}

void draw_panel(Canvas& canvas, const Chart& chart, const ChartPart& part, const ChartPanel& panel,
                bool dark) {
  if (panel.series.empty() && panel.failed.empty()) {
    canvas.empty_panel(panel.empty);
    return;
  }
  if (chart.kind == ChartKind::stack) {
    canvas.category_axis(chart.x);
  } else {
    canvas.x_axis(chart.x);
  }
  canvas.y_axis(part.y);
  switch (chart.kind) {
    case ChartKind::bars:
      canvas.add(fmt::format(
          "set arrow from graph 0, first 0 to graph 1, first 0 nohead lw 1.4 lc rgb '{}' back",
          canvas.colours().zero));
      [[fallthrough]];
    case ChartKind::lines:
    case ChartKind::curves:
      plot_lines(canvas, chart, part, panel, dark);
      break;
    case ChartKind::stack:
      plot_stacks(canvas, chart, panel, dark);
      break;
    case ChartKind::samples:
      plot_samples(canvas, part, panel, dark);
      break;
  }
}

/// A panel with its place.
struct Placed {
  const ChartPart* part;
  const ChartPanel* panel;
  int row;
  int column;
};

std::vector<Placed> places_of(const Chart& chart, const ChartStyle& style) {
  std::vector<Placed> places;
  int row = 0;
  for (const ChartPart& part : chart.parts) {
    std::vector<const ChartPanel*> shown;
    for (const ChartPanel& panel : part.panels) {
      if (!chart.full || !panel.series.empty()) shown.push_back(&panel);
    }
    const int count = static_cast<int>(shown.size());
    const int group = chart.group > 0 && !chart.full ? chart.group : count;
    const int columns = columns_that_fit(style, std::min(chart.abreast, group));
    for (int i = 0; i < count; ++i) {
      if (i > 0 && i % group == 0) row = places.back().row + 1;
      places.push_back({&part, shown[static_cast<std::size_t>(i)], row + i % group / columns,
                        i % group % columns});
    }
    row = places.back().row + 1;
  }
  return places;
}

}  // namespace

Drawing draw(const Chart& chart, const ChartInput& input, const ChartStyle& style) {
  const std::vector<Placed> places = places_of(chart, style);
  int columns = 0;
  for (const Placed& one : places) columns = std::max(columns, one.column + 1);
  Canvas canvas(chart, input, style, places.back().row + 1, columns);
  for (const Placed& one : places) {
    canvas.panel(one.row, one.column, one.panel->title);
    draw_panel(canvas, chart, *one.part, *one.panel, style.dark);
  }
  return canvas.finish();
}

}  // namespace splicebench
