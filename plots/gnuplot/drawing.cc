#include "plots/gnuplot/drawing.h"

#include <fmt/format.h>

#include <algorithm>

#include "plots/data/series.h"
#include "plots/gnuplot/canvas.h"
#include "plots/gnuplot/elements.h"
#include "plots/gnuplot/legend.h"
#include "plots/gnuplot/lines.h"
#include "plots/gnuplot/ranked.h"
#include "results/text/unicode.h"

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
    const std::string colour = look_of(series.mode, dark).colour;
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
  const double low = panel.y.marks.front().value;
  const double high = panel.y.marks.back().value;
  Elements elements(canvas);
  for (const ChartSeries& series : panel.series) {
    Points inside;
    Points beyond;
    for (ChartPoint point : series.points) {
      const bool shown = point.y >= low && point.y <= high;
      point.y = std::clamp(point.y, low, high);
      (shown ? inside : beyond).push_back(point);
    }
    const ModeLook look = look_of(series.mode, dark);
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

/// Pixels that a name takes.
double width_of(const std::string& name) {
  return static_cast<double>(std::min(rune_count(name), kMostOfAName)) * kNameCharacter + kNameGap;
}

/// Whether each line has its name at its end.
bool has_end_labels(const Chart& chart) {
  constexpr std::size_t kMostNamed = 6;
  return (chart.kind == ChartKind::lines || chart.kind == ChartKind::bars ||
          chart.kind == ChartKind::curves) &&
         chart.legend.size() <= kMostNamed;
}

/// The names of the lines of `panel` at their ends.
std::vector<EndLabel> ends_of(const ChartPanel& panel, bool dark) {
  std::vector<EndLabel> labels;
  for (const ChartSeries& series : panel.series) {
    labels.push_back(
        {series.points.back().y, series.mode.label,
         series.mode.is_floor() ? theme(dark).muted : look_of(series.mode, dark).colour});
  }
  return labels;
}

/// With as many columns as `style` has room for.
Grid grid_of(const Chart& chart, const ChartStyle& style) {
  Grid grid;
  std::size_t most_rows = 0;
  double name = 0;
  double value = 0;
  for (const ChartPart& part : chart.parts) {
    for (const ChartPanel& panel : part.panels) {
      most_rows = std::max(most_rows, panel.series.size());
      for (const ChartSeries& series : panel.series) {
        const std::string& text =
            chart.kind == ChartKind::ranked ? series.mode.name : series.mode.label;
        name = std::max(name, width_of(text));
        if (chart.kind == ChartKind::ranked)
          value = std::max(value, width_of(ranked_value(series)));
      }
    }
  }
  const int wanted =
      chart.full || chart.group == 0 ? chart.abreast : std::min(chart.abreast, chart.group);
  if (chart.kind == ChartKind::ranked) {
    constexpr double kRow = 17;
    constexpr double kAroundPanel = 66;
    // Names may be cut, and values left out, where a picture is narrow.
    const double room = static_cast<double>(style.width) - 2 * kEdge;
    grid.left = std::min(name, room * 0.4);
    grid.right = grid.left + value < room * 0.7 ? value : 0;
    grid.height = static_cast<double>(most_rows) * kRow + kAroundPanel;
  } else if (chart.rows) {
    constexpr double kLowRow = 150;
    grid.height = kLowRow;
  }
  grid.columns = columns_that_fit(style, wanted, grid.left + grid.right);
  // Names that would take more than a third of a panel are left to the legend.
  const double room = static_cast<double>(style.width) / grid.columns;
  if (has_end_labels(chart) && name * 3 < room) grid.right = name;
  return grid;
}

void draw_panel(Canvas& canvas, const Chart& chart, const ChartPart& part, const ChartPanel& panel,
                bool marked, bool dark) {
  if (panel.series.empty() && panel.failed.empty()) {
    canvas.empty_panel(panel.empty);
    return;
  }
  if (chart.kind == ChartKind::ranked) {
    std::vector<std::string> names;
    for (const ChartSeries& series : panel.series) names.push_back(series.mode.name);
    canvas.ranked_axes(panel.y, names);
    plot_ranked(canvas, panel, dark);
    return;
  }
  if (chart.kind == ChartKind::stack) {
    canvas.category_axis(chart.x);
  } else {
    canvas.x_axis(chart.x, marked);
  }
  canvas.y_axis(panel.y);
  canvas.end_labels(panel.y, ends_of(panel, dark));
  switch (chart.kind) {
    case ChartKind::bars:
      canvas.add(fmt::format(
          "set arrow from graph 0, first 0 to graph 1, first 0 nohead lw 1.4 lc rgb '{}' back",
          canvas.colours().zero));
      [[fallthrough]];
    case ChartKind::lines:
    case ChartKind::curves:
      plot_lines(canvas, chart, panel, dark);
      break;
    case ChartKind::stack:
      plot_stacks(canvas, chart, panel, dark);
      break;
    case ChartKind::samples:
      plot_samples(canvas, part, panel, dark);
      break;
    case ChartKind::ranked:
      break;  // above
  }
}

/// A panel with its place.
struct Placed {
  const ChartPart* part;
  const ChartPanel* panel;
  int row;
  int column;
};

std::vector<Placed> places_of(const Chart& chart, int most_columns) {
  std::vector<Placed> places;
  int row = 0;
  for (const ChartPart& part : chart.parts) {
    std::vector<const ChartPanel*> shown;
    for (const ChartPanel& panel : part.panels) {
      if (!chart.full || !panel.series.empty()) shown.push_back(&panel);
    }
    const int count = static_cast<int>(shown.size());
    const int group = chart.group > 0 && !chart.full ? chart.group : count;
    const int columns = std::min(most_columns, group);
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
  Grid grid = grid_of(chart, style);
  const std::vector<Placed> places = places_of(chart, grid.columns);
  grid.rows = places.back().row + 1;
  grid.columns = 0;
  for (const Placed& one : places) grid.columns = std::max(grid.columns, one.column + 1);
  Canvas canvas(chart, input, style, grid);
  // Where rows share an x axis, the last that has one has its marks.
  const auto last = std::find_if(places.rbegin(), places.rend(),
                                 [](const Placed& one) { return !one.panel->series.empty(); });
  for (const Placed& one : places) {
    canvas.panel(one.row, one.column, one.panel->title);
    const bool marked = !chart.rows || last == places.rend() || one.panel == last->panel;
    draw_panel(canvas, chart, *one.part, *one.panel, marked, style.dark);
  }
  return canvas.finish();
}

}  // namespace splicebench
