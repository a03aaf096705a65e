#include "plots/data/panels.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "results/stats/summary.h"

namespace splicebench {

namespace {

/// Consecutive points of a line: no chunk of `planned` between them is missing.
std::vector<std::vector<LinePoint>> runs_of(const std::vector<LinePoint>& points,
                                            const std::vector<std::int64_t>& planned) {
  std::vector<std::vector<LinePoint>> runs;
  for (const LinePoint& point : points) {
    const auto missing = [&](std::int64_t chunk) {
      return chunk > runs.back().back().chunk && chunk < point.chunk;
    };
    if (runs.empty() || std::any_of(planned.begin(), planned.end(), missing)) runs.emplace_back();
    runs.back().push_back(point);
  }
  return runs;
}

bool has_interval(const LinePoint& point) {
  return std::isfinite(point.low) && std::isfinite(point.high);
}

/// Names data blocks and collects the plot elements that read them, to be drawn in one plot.
class Elements {
 public:
  explicit Elements(Canvas& canvas) : canvas_(canvas) {}

  void add(const std::vector<LinePoint>& points, double shift, const std::string& style) {
    if (points.empty()) return;
    const std::string name = fmt::format("$d{}", elements_.size());
    std::string block = name + " << EOD\n";
    for (const LinePoint& point : points) {
      block +=
          fmt::format("{:.10g} {:.10g}", static_cast<double>(point.chunk) * shift, point.centre);
      if (has_interval(point)) block += fmt::format(" {:.10g} {:.10g}", point.low, point.high);
      block += '\n';
    }
    canvas_.add(block + "EOD");
    elements_.push_back(name + " " + style);
  }

  void plot() { canvas_.add(fmt::format("plot {}", fmt::join(elements_, ", \\\n  "))); }

 private:
  Canvas& canvas_;
  std::vector<std::string> elements_;
};

bool leaves(const LinePoint& point, const Range& frame) {
  return point.low < frame.low - 1e-9 || point.high > frame.high + 1e-9;
}

/// Bars from their points to both ends, those beyond the frame as arrows to the frame.
void add_cut_bars(Elements& elements, const Line& line, double shift, const Range& frame,
                  const std::vector<LinePoint>& points) {
  std::vector<LinePoint> whole;
  std::vector<LinePoint> cut;
  for (const LinePoint& point : points) {
    for (const double end : {point.low, point.high}) {
      LinePoint half = point;
      half.low = half.high = std::clamp(end, frame.low, frame.high);
      (half.low == end ? whole : cut).push_back(half);
    }
  }
  const auto style = [&](const std::string& head) {
    return fmt::format("using 1:2:(0):($3-$2) with vectors head {} lw 1.2 lc rgb '{}' notitle",
                       head, line.look.colour);
  };
  elements.add(whole, shift, style("size screen 0.004,90"));
  elements.add(cut, shift, style("filled size screen 0.008,25"));
}

void add_intervals(Elements& elements, const Line& line, double shift,
                   const std::vector<std::vector<LinePoint>>& runs, Interval interval,
                   const Range& frame) {
  for (const std::vector<LinePoint>& run : runs) {
    std::vector<LinePoint> known;
    std::vector<LinePoint> cut;
    for (const LinePoint& point : run) {
      if (has_interval(point)) (leaves(point, frame) ? cut : known).push_back(point);
    }
    add_cut_bars(elements, line, shift, frame, cut);
    // A band of one point has no width: it gets a bar.
    if (interval == Interval::band && known.size() > 1) {
      elements.add(known, shift,
                   fmt::format("using 1:3:4 with filledcurves fs transparent solid 0.16 noborder "
                               "fc rgb '{}' notitle",
                               line.look.colour));
    } else {
      elements.add(known, shift,
                   // Not yerrorbars: they leave a gap around the marker, wider than many a bar.
                   fmt::format("using 1:3:(0):($4-$3) with vectors heads size screen 0.004,90 "
                               "lw 1.2 lc rgb '{}' notitle",
                               line.look.colour));
    }
  }
}

void add_markers(Elements& elements, const Line& line, double shift,
                 const std::string& background) {
  std::vector<LinePoint> filled;
  std::vector<LinePoint> hollow;
  for (const LinePoint& point : line.points) (point.filled ? filled : hollow).push_back(point);
  const ModeLook& look = line.look;
  elements.add(filled, shift,
               fmt::format("using 1:2 with points pt {} ps {} lc rgb '{}' notitle", look.marker,
                           look.marker_size, look.colour));
  elements.add(hollow, shift,
               fmt::format("using 1:2 with points pt {} ps {} lc rgb '{}' notitle", look.marker,
                           look.marker_size, background));
  elements.add(hollow, shift,
               fmt::format("using 1:2 with points pt {} ps {} lw 1.2 lc rgb '{}' notitle",
                           look.hollow, look.marker_size, look.colour));
}

}  // namespace

std::vector<std::string> paths_of(const std::vector<Result>& results) {
  std::vector<std::string> paths;
  for (const Result& result : results) {
    for (const CaseResult& one : result.cases) {
      if (std::find(paths.begin(), paths.end(), one.id.path) == paths.end()) {
        paths.push_back(one.id.path);
      }
    }
  }
  return paths;
}

std::vector<std::int64_t> chunks_of(const std::vector<Result>& results) {
  std::set<std::int64_t> chunks;
  for (const Result& result : results) {
    for (const CaseResult& one : result.cases) chunks.insert(one.id.chunk);
  }
  return {chunks.begin(), chunks.end()};
}

PanelGrid path_panels(const ChartInput& input, const ChartStyle& style) {
  const std::vector<std::string> paths = paths_of(input.results);
  const int count = static_cast<int>(paths.size());
  const bool several = input.results.size() > 1;
  PanelGrid grid;
  grid.columns = columns_that_fit(style, several ? count : std::min(count, 2));
  for (std::size_t result = 0; result < input.results.size(); ++result) {
    for (int i = 0; i < count; ++i) {
      const std::string& path = paths[static_cast<std::size_t>(i)];
      const std::string title = several ? path + ", " + input.labels[result] : path;
      grid.panels.push_back({result, path, title, grid.rows + i / grid.columns, i % grid.columns});
    }
    grid.rows += (count + grid.columns - 1) / grid.columns;
  }
  return grid;
}

std::vector<LegendEntry> mode_legend(const ModeLooks& looks) {
  std::vector<LegendEntry> legend;
  for (const std::string& mode : looks.modes()) {
    const ModeLook& look = looks.of(mode);
    legend.push_back({mode, look.colour, look.dash, look.marker, look.marker_size});
  }
  return legend;
}

std::string summary_note(const ChartInput& input) {
  std::int64_t most = 0;
  std::int64_t fewest = INT64_MAX;
  for (const Result& result : input.results) {
    for (const CaseResult& one : result.cases) {
      const std::int64_t n = static_cast<std::int64_t>(
          std::count_if(one.samples.begin(), one.samples.end(),
                        [](const Sample& sample) { return sample.error.empty(); }));
      if (n == 0) continue;
      most = std::max(most, n);
      fewest = std::min(fewest, n);
    }
  }
  std::int64_t needed = 1;
  while (median_interval(needed, 0.95).low < 1) ++needed;
  const std::string range =
      most == fewest ? fmt::format("{}", most) : fmt::format("{} to {}", fewest, most);
  const std::string plural = most == 1 ? "" : "s";
  if (most < needed) {
    return fmt::format("median of {} round{}, no interval: a 95 % interval needs {} rounds", range,
                       plural, needed);
  }
  return fmt::format("median of {} round{} and its 95 % interval", range, plural);
}

bool some_off_their_median(const std::vector<Result>& results) {
  for (const Result& result : results) {
    for (const CaseResult& one : result.cases) {
      const std::ptrdiff_t good =
          std::count_if(one.samples.begin(), one.samples.end(),
                        [](const Sample& sample) { return sample.error.empty(); });
      if (good > 1) return true;
    }
  }
  return false;
}

void plot_lines(Canvas& canvas, const std::vector<Line>& lines,
                const std::vector<std::int64_t>& planned, Interval interval, const Range& frame) {
  Elements elements(canvas);
  std::vector<double> shifts;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    // Bars of several modes at one chunk stand side by side, a twentieth of an octave apart.
    const double place = static_cast<double>(i) - static_cast<double>(lines.size() - 1) / 2;
    const double apart = std::min(0.09, 0.6 / static_cast<double>(lines.size()));
    shifts.push_back(interval == Interval::bars ? std::exp2(place * apart) : 1.0);
  }
  for (std::size_t i = 0; i < lines.size(); ++i) {
    add_intervals(elements, lines[i], shifts[i], runs_of(lines[i].points, planned), interval,
                  frame);
  }
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const ModeLook& look = lines[i].look;
    for (const std::vector<LinePoint>& run : runs_of(lines[i].points, planned)) {
      if (run.size() < 2) continue;
      elements.add(run, shifts[i],
                   fmt::format("using 1:2 with lines lw {} dt {} lc rgb '{}' notitle",
                               interval == Interval::band ? 2 : 1.2, look.dash, look.colour));
    }
    add_markers(elements, lines[i], shifts[i], canvas.colours().background);
  }
  elements.plot();
}

void include(Range& extent, const Summary& summary) {
  for (const double value : {summary.centre, summary.low, summary.high}) {
    if (!std::isfinite(value) || value <= 0) continue;
    extent.low = std::min(extent.low, value);
    extent.high = std::max(extent.high, value);
  }
}

ChangeFrame change_frame(const std::vector<std::vector<Line>>& panels) {
  std::vector<LinePoint> points;
  std::vector<double> sides;
  for (const std::vector<Line>& lines : panels) {
    for (const Line& line : lines) {
      for (const LinePoint& point : line.points) {
        points.push_back(point);
        if (!has_interval(point)) continue;
        sides.push_back(point.centre - point.low);
        sides.push_back(point.high - point.centre);
      }
    }
  }
  constexpr double kMostSides = 3;
  const double reach = sides.empty() ? 0 : kMostSides * summarise(sides).centre;
  double low = 0;
  double high = 0;
  for (const LinePoint& point : points) {
    const bool bounded = has_interval(point);
    low = std::min(low, bounded ? std::max(point.low, point.centre - reach) : point.centre);
    high = std::max(high, bounded ? std::min(point.high, point.centre + reach) : point.centre);
  }
  ChangeFrame frame{round_range(low, high), false};
  frame.range.low = std::max(frame.range.low, -100.0);
  frame.cut = std::any_of(points.begin(), points.end(), [&](const LinePoint& point) {
    return has_interval(point) && leaves(point, frame.range);
  });
  return frame;
}

void sort_by_chunk(Line& line) {
  std::sort(line.points.begin(), line.points.end(),
            [](const LinePoint& a, const LinePoint& b) { return a.chunk < b.chunk; });
}

void plot_changes(Canvas& canvas, const std::vector<Line>& lines,
                  const std::vector<std::int64_t>& chunks, const std::vector<std::int64_t>& planned,
                  const ChangeFrame& frame, const std::string& axis) {
  canvas.chunk_axis(chunks);
  canvas.value_axis(frame.range, axis);
  canvas.add(fmt::format(
      "set arrow from graph 0, first 0 to graph 1, first 0 nohead lw 1.4 lc rgb '{}' back",
      canvas.colours().zero));
  plot_lines(canvas, lines, planned, Interval::bars, frame.range);
}

Drawing nothing_to_draw(const std::string& title, const std::string& missing) {
  return {title, "", 0, 0, missing};
}

}  // namespace splicebench
