#include "plots/gnuplot/lines.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "plots/data/series.h"
#include "plots/gnuplot/elements.h"

namespace splicebench {

namespace {

/// Consecutive points of a line: nothing of `planned` between them is missing. States stand alone.
std::vector<Points> runs_of(const Points& points, const std::vector<std::int64_t>& planned) {
  std::vector<Points> runs;
  for (const ChartPoint& point : points) {
    const auto missing = [&](std::int64_t chunk) {
      const double place = static_cast<double>(chunk);
      return place > runs.back().back().x && place < point.x;
    };
    if (runs.empty() || !point.is_on_line() || !runs.back().back().is_on_line() ||
        std::any_of(planned.begin(), planned.end(), missing))
      runs.emplace_back();
    runs.back().push_back(point);
  }
  return runs;
}

/// In gnuplot's unit: the area follows the share.
double state_size(const ChartPoint& state) { return 0.4 + 0.8 * std::sqrt(state.share); }

/// Without intervals, for what draws none.
Points centres_of(Points points) {
  for (ChartPoint& point : points) point.low = point.high = NAN;
  return points;
}

/// A line of a chart of lines.
struct Line {
  const ChartAxis& y;
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
      half.low = half.high = std::clamp(end, line.y.low, line.y.high);
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
    Points band;
    for (ChartPoint point : run) {
      if (!point.has_interval()) continue;
      if (point.mark == PointMark::none) {
        elements.add({point}, line.shift,
                     fmt::format("using 1:3:(0):($4-$3) with vectors nohead lw 5 lc rgb '{}'",
                                 line.look.colour));
      }
      (leaves(point, line.y) ? cut : known).push_back(point);
      point.low = std::max(point.low, line.y.low);
      point.high = std::min(point.high, line.y.high);
      band.push_back(point);
    }
    add_cut_bars(elements, line, cut);
    // A band of one point has no width: it gets a bar.
    if (line.kind == ChartKind::lines && band.size() > 1) {
      elements.add(band, line.shift,
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
  Points states;
  for (const Points& run : line.runs) {
    for (const ChartPoint& point : centres_of(run)) {
      if (point.mark == PointMark::filled) filled.push_back(point);
      if (point.mark == PointMark::hollow) hollow.push_back(point);
      if (point.mark == PointMark::state) states.push_back(point);
    }
  }
  const ModeLook& look = line.look;
  add_states(elements, states, line.shift, "using 1:2", look.colour);
  const auto style = [&](int marker, const std::string& colour) {
    return fmt::format("using 1:2 with points pt {} ps {} lw 1.2 lc rgb '{}'", marker,
                       look.marker_size, colour);
  };
  elements.add(filled, line.shift, style(look.marker, look.colour));
  elements.add(hollow, line.shift, style(look.marker, background));
  elements.add(hollow, line.shift, style(look.hollow, look.colour));
}

}  // namespace

void add_states(Elements& elements, const Points& states, double shift, const std::string& columns,
                const std::string& colour) {
  for (const ChartPoint& state : states) {
    elements.add({state}, shift,
                 fmt::format("{} with points pt 2 ps {:.2f} lw 2 lc rgb '{}'", columns,
                             state_size(state), colour));
  }
}

void plot_lines(Canvas& canvas, const Chart& chart, const ChartPanel& panel, bool dark) {
  Elements elements(canvas);
  std::vector<Line> lines;
  const double count = static_cast<double>(panel.series.size());
  for (const ChartSeries& series : panel.series) {
    // Bars of several modes at one chunk stand side by side, a twentieth of an octave apart.
    const double place = static_cast<double>(lines.size()) - (count - 1) / 2;
    const double apart = std::min(0.09, 0.6 / count);
    lines.push_back({panel.y, chart.kind, look_of(series.mode, dark),
                     chart.kind == ChartKind::bars ? std::exp2(place * apart) : 1.0,
                     runs_of(series.points, panel.planned)});
  }
  // A line without a marker is a floor, and thin.
  for (const Line& line : lines) {
    if (line.look.marker > 0) add_intervals(elements, line);
  }
  for (const Line& line : lines) {
    const double width = chart.kind == ChartKind::bars || line.look.marker == 0 ? 1.2 : 2;
    for (const Points& run : line.runs) {
      if (run.size() < 2) continue;
      elements.add(centres_of(run), line.shift,
                   fmt::format("using 1:2 with lines lw {} dt {} lc rgb '{}'", width,
                               line.look.dash, line.look.colour));
    }
    if (chart.kind != ChartKind::curves && line.look.marker > 0)
      add_markers(elements, line, canvas.colours().background);
  }
  elements.plot();
}

}  // namespace splicebench
