#include "plots/data/series.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>
#include <utility>

#include "plots/data/axis.h"
#include "plots/data/text.h"

namespace splicebench {

namespace {

/// Beyond it a room of some percent or a factor of a unit might be too large for a double.
constexpr double kMostDrawn = 1e300;

bool drawn(double value) { return std::abs(value) < kMostDrawn; }

/// Three times the usual distance from a point to an end of its interval.
double reach_of(const std::vector<ChartPoint>& points) {
  std::vector<double> sides;
  for (const ChartPoint& point : points) {
    if (point.has_interval()) {
      sides.insert(sides.end(), {point.y - point.low, point.high - point.y});
    }
  }
  constexpr double kMostSides = 3;
  return sides.empty() ? INFINITY : kMostSides * summarise(sides).centre;
}

double span_of(const ChartAxis& axis) {
  return axis.base > 0 ? std::log(axis.high / axis.low) : axis.high - axis.low;
}

std::string notes_on(const std::vector<ChartPanel>& panels) {
  std::string note;
  bool cut = false;
  bool states = false;
  bool between = false;
  for (const ChartPanel& panel : panels) {
    for (const ChartPoint& point : points_of({panel})) {
      cut = cut || leaves(point, panel.y);
      states = states || point.mark == PointMark::state;
      between = between || point.mark == PointMark::none;
    }
  }
  if (cut) note += "; an arrow head: the interval goes on";
  if (states) note += "; ×: one of two states, large where it was more often";
  if (between) note += "; a thick bar: of two states, no single change";
  return note;
}

}  // namespace

std::vector<std::string> paths_of(const std::vector<Result>& results) {
  std::vector<std::string> paths;
  for (const Result& result : results) {
    for (const CaseResult& one : result.cases) {
      const std::string heading = one.id.heading();
      if (std::find(paths.begin(), paths.end(), heading) == paths.end()) paths.push_back(heading);
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

std::string summary_note(const std::vector<Result>& results) {
  std::int64_t most = 0;
  std::int64_t fewest = INT64_MAX;
  for (const Result& result : results) {
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

std::vector<ChartSeries> series_of(const std::vector<ChartMode>& modes,
                                   const std::vector<CasePoint>& points, const std::string& path) {
  std::vector<ChartSeries> all;
  for (const ChartMode& mode : modes) {
    ChartSeries series{mode, {}};
    for (const CasePoint& one : points) {
      if (one.id.heading() != path || one.id.mode != mode.name || !drawn(one.point.y)) continue;
      series.points.push_back(one.point);
      ChartPoint& point = series.points.back();
      if (!drawn(point.low) || !drawn(point.high)) point.low = point.high = NAN;
    }
    std::stable_sort(series.points.begin(), series.points.end(),
                     [](const ChartPoint& a, const ChartPoint& b) { return a.x < b.x; });
    if (!series.points.empty()) all.push_back(std::move(series));
  }
  return all;
}

std::string panel_title(const ChartInput& input, std::size_t result, const std::string& of) {
  return input.results.size() > 1 ? of + ", " + input.labels[result] : of;
}

std::vector<ChartPanel> path_panels(Chart& chart, const ChartInput& input,
                                    const std::vector<std::vector<CasePoint>>& points,
                                    const std::string& empty) {
  const std::vector<std::string> paths = paths_of(input.results);
  chart.group = static_cast<int>(paths.size());
  if (points.size() > 1) chart.abreast = chart.group;
  std::vector<ChartPanel> panels;
  for (std::size_t result = 0; result < points.size(); ++result) {
    for (const std::string& path : paths) {
      ChartPanel panel{panel_title(input, result, path), empty};
      panel.series = series_of(input.modes, points[result], path);
      panel.planned = planned_chunks(input.results[result]);
      panels.push_back(std::move(panel));
    }
  }
  return panels;
}

std::vector<ChartPoint> points_of(const std::vector<ChartPanel>& panels) {
  std::vector<ChartPoint> points;
  for (const ChartPanel& panel : panels) {
    for (const ChartSeries& series : panel.series) {
      points.insert(points.end(), series.points.begin(), series.points.end());
    }
  }
  return points;
}

ChartAxis chunk_axis(const std::vector<std::int64_t>& chunks, const std::string& label) {
  ChartAxis axis;
  axis.label = label;
  axis.base = 2;
  for (const std::int64_t chunk : chunks) {
    axis.marks.push_back({static_cast<double>(chunk), size_label(chunk)});
  }
  constexpr double kRoom = 1.4;
  axis.low = axis.marks.front().value / kRoom;
  axis.high = axis.marks.back().value * kRoom;
  return axis;
}

ChartAxis range_axis(const Range& range, const std::string& label) {
  ChartAxis axis;
  axis.label = label;
  axis.low = range.low;
  axis.high = range.high;
  const double first = std::ceil(range.low / range.step - 1e-6) * range.step;
  const int steps = static_cast<int>(std::floor((range.high - first) / range.step + 1e-6));
  for (int i = 0; i <= steps; ++i) {
    const double value = first + i * range.step;
    std::string text = step_label(value, range.step);
    if (text.front() == '-') text.replace(0, 1, "−");
    axis.marks.push_back({value, std::move(text)});
  }
  return axis;
}

double highest(const std::vector<ChartPanel>& panels) {
  double high = 0;
  for (const ChartPoint& point : points_of(panels)) {
    high = std::max(high, point.has_interval() ? std::max(point.y, point.high) : point.y);
  }
  return high;
}

ChartAxis value_axis(const std::vector<ChartPanel>& panels, const std::string& label) {
  const std::vector<ChartPoint> points = points_of(panels);
  const double reach = reach_of(points);
  double high = 0;
  for (const ChartPoint& point : points) {
    high = std::max(
        {high, point.y, point.has_interval() ? std::min(point.high, point.y + reach) : point.y});
  }
  Range range = round_range(0, high);
  range.high = high * 1.04;  // the last step need not be reached
  ChartAxis axis = range_axis(range, label);
  axis.zero = true;
  axis.reach = reach;
  return axis;
}

ChartAxis log_axis(const std::vector<ChartPanel>& panels, double base, const std::string& label) {
  double low = INFINITY;
  double high = 0;
  for (const ChartPoint& point : points_of(panels)) {
    for (const double value : {point.y, point.low, point.high}) {
      if (!std::isfinite(value) || value <= 0) continue;
      low = std::min(low, value);
      high = std::max(high, value);
    }
  }
  const auto power_of = [&](double value) { return std::log(value) / std::log(base); };
  const int first = static_cast<int>(std::floor(power_of(low)));
  const int last = static_cast<int>(std::ceil(power_of(high)));
  ChartAxis axis;
  axis.label = label;
  axis.low = std::pow(base, first);
  axis.high = high * 1.2;
  axis.base = base;
  const int apart = std::max(1, (last - first + 5) / 6);
  for (int power = first; power <= last; power += apart) {
    const double value = std::pow(base, power);
    axis.marks.push_back({value, fmt::format("{:g}", value)});
  }
  return axis;
}

ChartAxis change_axis(const std::vector<ChartPanel>& panels, const std::string& label) {
  const std::vector<ChartPoint> points = points_of(panels);
  const double reach = reach_of(points);
  double low = 0;
  double high = 0;
  for (const ChartPoint& point : points) {
    const bool bounded = point.has_interval();
    low = std::min(low, bounded ? std::max(point.low, point.y - reach) : point.y);
    high = std::max(high, bounded ? std::min(point.high, point.y + reach) : point.y);
  }
  constexpr double kLeast = -100;
  Range range = round_range(low, high);
  range.low = std::max(range.low, kLeast);
  ChartAxis axis = range_axis(range, label);
  axis.zero = true;
  axis.least = kLeast;
  axis.reach = reach;
  return axis;
}

bool leaves(const ChartPoint& point, const ChartAxis& axis) {
  return point.low < axis.low - 1e-9 || point.high > axis.high + 1e-9;
}

std::string give_axes(ChartPart& part, const std::string& better, const MakeAxis& make) {
  constexpr double kMuch = 2.5;
  double widest = 0;
  double narrowest = INFINITY;
  std::vector<ChartAxis> own;
  for (const ChartPanel& panel : part.panels) {
    own.push_back(panel.series.empty() ? ChartAxis() : make({panel}));
    if (panel.series.empty()) continue;
    widest = std::max(widest, span_of(own.back()));
    narrowest = std::min(narrowest, span_of(own.back()));
  }
  part.own_ranges = widest > kMuch * narrowest;
  const ChartAxis all = make(part.panels);
  for (std::size_t i = 0; i < part.panels.size(); ++i) {
    part.panels[i].y = part.own_ranges && !part.panels[i].series.empty() ? own[i] : all;
    part.panels[i].y.better = better;
  }
  return (part.own_ranges ? "; each panel has its own range" : "") + notes_on(part.panels);
}

Chart nothing_to_draw(const std::string& title, const std::string& missing, bool applies) {
  Chart chart;
  chart.title = title;
  chart.missing = missing;
  chart.applies = applies;
  return chart;
}

}  // namespace splicebench
