#include "plots/gnuplot/drawing.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "plots/data/series.h"
#include "plots/gnuplot/canvas.h"

namespace splicebench {

namespace {

using Points = std::vector<ChartPoint>;

/// Names data blocks and collects the plot elements that read them, to be drawn in one plot.
class Elements {
 public:
  explicit Elements(Canvas& canvas) : canvas_(canvas) {}

  /// Columns of the block: x times `shift`, y, low, high.
  void add(const Points& points, double shift, const std::string& style) {
    std::string rows;
    for (const ChartPoint& point : points) {
      rows += fmt::format("{:.10g} {:.10g}", point.x * shift, point.y);
      if (point.has_interval()) rows += fmt::format(" {:.10g} {:.10g}", point.low, point.high);
      rows += '\n';
    }
    add(rows, style);
  }

  void add(const std::string& rows, const std::string& style) {
    if (rows.empty()) return;
    const std::string name = fmt::format("$d{}", elements_.size());
    canvas_.add(fmt::format("{} << EOD\n{}EOD", name, rows));
    elements_.push_back(fmt::format("{} {} notitle", name, style));
  }

  void plot() { canvas_.add(fmt::format("plot {}", fmt::join(elements_, ", \\\n  "))); }

 private:
  Canvas& canvas_;
  std::vector<std::string> elements_;
};

/// Consecutive points of a line: nothing of `planned` between them is missing.
std::vector<Points> runs_of(const Points& points, const std::vector<std::int64_t>& planned) {
  std::vector<Points> runs;
  for (const ChartPoint& point : points) {
    const auto missing = [&](std::int64_t chunk) {
      const double place = static_cast<double>(chunk);
      return place > runs.back().back().x && place < point.x;
    };
    if (runs.empty() || std::any_of(planned.begin(), planned.end(), missing)) runs.emplace_back();
    runs.back().push_back(point);
  }
  return runs;
}

/// A line of a chart of lines.
struct Line {
  const ChartPart& part;
  ChartKind kind;
  ModeLook look;
  double shift;
  std::vector<Points> runs;
};

/// Bars from their points to both ends, those beyond the frame as arrows to the frame.
void add_cut_bars(Elements& elements, const Line& line, const Points& points) {
  Points whole;
  Points cut;
  for (const ChartPoint& point : points) {
    for (const double end : {point.low, point.high}) {
      ChartPoint half = point;
      half.low = half.high = std::clamp(end, line.part.y.low, line.part.y.high);
      (half.low == end ? whole : cut).push_back(half);
    }
  }
  const auto style = [&](const std::string& head) {
    return fmt::format("using 1:2:(0):($3-$2) with vectors head {} lw 1.2 lc rgb '{}'", head,
                       line.look.colour);
  };
  elements.add(whole, line.shift, style("size screen 0.004,90"));
  elements.add(cut, line.shift, style("filled size screen 0.008,25"));
}

void add_intervals(Elements& elements, const Line& line) {
  for (const Points& run : line.runs) {
    Points known;
    Points cut;
    for (const ChartPoint& point : run) {
      if (!point.has_interval()) continue;
      (line.kind == ChartKind::bars && leaves(point, line.part.y) ? cut : known).push_back(point);
    }
    add_cut_bars(elements, line, cut);
    // A band of one point has no width: it gets a bar.
    if (line.kind == ChartKind::lines && known.size() > 1) {
      elements.add(known, line.shift,
                   fmt::format("using 1:3:4 with filledcurves fs transparent solid 0.16 noborder "
                               "fc rgb '{}'",
                               line.look.colour));
    } else {
      elements.add(known, line.shift,
                   // Not yerrorbars: they leave a gap around the marker, wider than many a bar.
                   fmt::format("using 1:3:(0):($4-$3) with vectors heads size screen 0.004,90 "
                               "lw 1.2 lc rgb '{}'",
                               line.look.colour));
    }
  }
}

void add_markers(Elements& elements, const Line& line, const std::string& background) {
  Points filled;
  Points hollow;
  for (const Points& run : line.runs) {
    for (const ChartPoint& point : run) (point.filled ? filled : hollow).push_back(point);
  }
  const ModeLook& look = line.look;
  const auto style = [&](int marker, const std::string& colour) {
    return fmt::format("using 1:2 with points pt {} ps {} lw 1.2 lc rgb '{}'", marker,
                       look.marker_size, colour);
  };
  elements.add(filled, line.shift, style(look.marker, look.colour));
  elements.add(hollow, line.shift, style(look.marker, background));
  elements.add(hollow, line.shift, style(look.hollow, look.colour));
}

void plot_lines(Canvas& canvas, const Chart& chart, const ChartPart& part, const ChartPanel& panel,
                bool dark) {
  Elements elements(canvas);
  std::vector<Line> lines;
  const double count = static_cast<double>(panel.series.size());
  for (const ChartSeries& series : panel.series) {
    // Bars of several modes at one chunk stand side by side, a twentieth of an octave apart.
    const double place = static_cast<double>(lines.size()) - (count - 1) / 2;
    const double apart = std::min(0.09, 0.6 / count);
    lines.push_back({part, chart.kind, look_of_slot(series.mode.slot, dark),
                     chart.kind == ChartKind::bars ? std::exp2(place * apart) : 1.0,
                     runs_of(series.points, panel.planned)});
  }
  for (const Line& line : lines) add_intervals(elements, line);
  for (const Line& line : lines) {
    for (const Points& run : line.runs) {
      if (run.size() < 2) continue;
      elements.add(
          run, line.shift,
          fmt::format("using 1:2 with lines lw {} dt {} lc rgb '{}'",
                      chart.kind == ChartKind::bars ? 1.2 : 2, line.look.dash, line.look.colour));
    }
    if (chart.kind != ChartKind::curves) add_markers(elements, line, canvas.colours().background);
  }
  elements.plot();
}

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
