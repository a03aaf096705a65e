#include "plots/gnuplot/ranked.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "plots/data/series.h"
#include "plots/gnuplot/elements.h"
#include "plots/gnuplot/legend.h"
#include "plots/gnuplot/lines.h"

namespace splicebench {

namespace {

/// A bar from `from` to `to` in row `row`, with an arrow head where it goes on beyond the axis.
void add_interval(Elements& elements, const ChartPoint& point, double row, const ChartAxis& axis,
                  const std::string& colour) {
  for (const double end : {point.low, point.high}) {
    const double shown = std::clamp(end, axis.low, axis.high);
    elements.add(fmt::format("{:.10g} {} {:.10g}\n", point.y, row, shown - point.y),
                 fmt::format("using 1:2:3:(0) with vectors head {} lw {} lc rgb '{}'",
                             shown == end ? "size screen 0.003,90" : "filled size screen 0.006,25",
                             point.mark == PointMark::none ? 5 : 1.4, colour));
  }
}

void add_stack(Elements& elements, const ChartPoint& point, double row, const std::string& colour,
               const Theme& theme) {
  double left = 0;
  for (std::size_t layer = 0; layer < point.layers.size(); ++layer) {
    const double right = left + point.layers[layer];
    elements.add(fmt::format("{0:.6g} {2} {0:.6g} {1:.6g} {3} {4}\n", left, right, row, row - 0.32,
                             row + 0.32),
                 fmt::format("with boxxyerror fs solid noborder fc rgb '{}'",
                             tone_of(colour, layer, theme)));
    left = right;
  }
}

void add_dot(Elements& elements, ChartPoint point, double row, const ChartAxis& axis,
             const ModeLook& look, const std::string& background) {
  if (point.has_interval()) add_interval(elements, point, row, axis, look.colour);
  const std::string columns = fmt::format("using 2:({})", row);
  if (point.mark == PointMark::state) add_states(elements, {point}, 1, columns, look.colour);
  if (!point.is_on_line()) return;
  point.low = point.high = NAN;
  const auto add = [&](int marker, const std::string& colour) {
    elements.add({point}, 1,
                 fmt::format("{} with points pt {} ps {} lw 1.2 lc rgb '{}'", columns, marker,
                             look.marker_size * 1.2, colour));
  };
  add(look.marker, point.mark == PointMark::filled ? look.colour : background);
  if (point.mark == PointMark::hollow) add(look.hollow, look.colour);
}

}  // namespace

std::string ranked_value(const ChartSeries& series) {
  std::string text;
  for (const ChartPoint& point : series.points) {
    // What stands alone is said; beside its states it has nothing to add.
    if (point.mark == PointMark::none && series.points.size() > 1) continue;
    text += (text.empty() ? "" : " | ") + point.value;
  }
  return text;
}

void plot_ranked(Canvas& canvas, const ChartPanel& panel, bool dark) {
  const ChartAxis rows{"", "", "", 0.4 - static_cast<double>(panel.series.size()), 0.6, {}};
  std::vector<EndLabel> values;
  if (panel.y.low < 0) {
    canvas.add(fmt::format(
        "set arrow from first 0, graph 0 to first 0, graph 1 nohead lw 1.4 lc rgb '{}' back",
        canvas.colours().zero));
  }
  Elements elements(canvas);
  double row = 0;
  for (const ChartSeries& series : panel.series) {
    const ModeLook look = look_of(series.mode, dark);
    values.push_back({row, ranked_value(series), canvas.colours().muted});
    for (const ChartPoint& point : series.points) {
      if (series.mode.is_floor()) {
        canvas.add(fmt::format(
            "set arrow from first {0:.10g}, graph 0 to first {0:.10g}, graph 1 nohead lw 1.2 lc "
            "rgb '{1}'",
            point.y, look.colour));
        elements.add({point}, 1,
                     fmt::format("using 2:({}) with points pt 0 lc rgb '{}'", row, look.colour));
      } else if (!point.layers.empty()) {
        add_stack(elements, point, row, look.colour, canvas.colours());
      } else {
        add_dot(elements, point, row, panel.y, look, canvas.colours().background);
      }
    }
    row -= 1;
  }
  canvas.end_labels(rows, values);
  elements.plot();
}

}  // namespace splicebench
