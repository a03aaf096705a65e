// Every sample over the time of its run, against the median of its case: drift and outliers.

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "plots/data/series.h"
#include "plots/data/text.h"

namespace splicebench {

namespace {

constexpr double kMostShown = 100;  // percent; what lies beyond stands at the edge

double end_of(const std::vector<Result>& results) {
  double end = 0;
  for (const Result& result : results) {
    for (const CaseResult& one : result.cases) {
      for (const Sample& sample : one.samples) end = std::max(end, sample.start);
    }
  }
  return end;
}

/// Median change per round, at the middle of its times: drift of the machine, whatever the mode.
std::vector<ChartPoint> round_medians(
    const std::map<std::int64_t, std::vector<ChartPoint>>& rounds) {
  std::vector<ChartPoint> medians;
  for (const auto& [round, points] : rounds) {
    std::vector<double> changes;
    double time = 0;
    for (const ChartPoint& point : points) {
      changes.push_back(point.y);
      time += point.x / static_cast<double>(points.size());
    }
    medians.push_back({time, summarise(changes).centre});
  }
  std::sort(medians.begin(), medians.end(),
            [](const ChartPoint& a, const ChartPoint& b) { return a.x < b.x; });
  return medians;
}

/// What a sample of `speed` is held against: a median that was seen.
double usual_near(const CaseSummary& summary, double speed) {
  if (!summary.states) return summary.centre;
  const TwoStates& states = *summary.states;
  return speed < std::sqrt(states.low * states.high) ? states.low : states.high;
}

ChartPanel panel_of(const ChartInput& input, std::size_t result, const std::string& path,
                    double time_factor) {
  ChartPanel panel{panel_title(input, result, path), "no sample of this path"};
  std::vector<CasePoint> points;
  std::map<std::int64_t, std::vector<ChartPoint>> rounds;
  for (const CaseResult& one : input.results[result].cases) {
    if (one.id.heading() != path || is_floor_mode(one.id.mode)) continue;
    const CaseFigures figures = figures_of(one);
    for (const Sample& sample : one.samples) {
      if (!sample.error.empty()) {
        panel.failed.push_back(sample.start * time_factor);
        continue;
      }
      const double speed = sample.bytes_per_second();
      const double ratio = speed / usual_near(*figures.throughput, speed);
      ChartPoint point{sample.start * time_factor, (ratio - 1) * 100};
      const Prefixed unit = speed_unit(speed);
      point.value = digits_text(speed * unit.factor) + kNoBreak + unit.unit;
      point.range = size_label(one.id.chunk) + ", " + percent_text(ratio);
      point.count = fmt::format("round {}", sample.round + 1);
      rounds[sample.round].push_back(point);
      points.push_back({one.id, std::move(point)});
    }
  }
  panel.series = series_of(input.modes, points, path);
  panel.medians = round_medians(rounds);
  return panel;
}

Chart compute(const ChartInput& input) {
  Chart chart;
  chart.title = "Samples over time";
  chart.kind = ChartKind::samples;
  chart.note = fmt::format(
      "throughput against the median of the sample's case, of two states that of the nearer; "
      "hollow at an edge: beyond {:.0f} %; the "
      "line is the median of each round: where it moves, the machine did",
      kMostShown);
  const double end = end_of(input.results);
  const bool minutes = end >= 180;
  const double time_factor = minutes ? 1.0 / 60 : 1;
  const std::vector<std::string> paths = paths_of(input.results);
  ChartPart part;
  for (std::size_t result = 0; result < input.results.size(); ++result) {
    for (const std::string& path : paths) {
      part.panels.push_back(panel_of(input, result, path, time_factor));
    }
  }
  chart.group = static_cast<int>(paths.size());
  if (input.results.size() > 1) chart.abreast = chart.group;
  if (!some_off_their_median(input.results)) {
    return nothing_to_draw(chart.title, "no case has two good samples, so none is off a median");
  }
  double low = -5;
  double high = 5;
  for (const ChartPoint& point : points_of(part.panels)) {
    low = std::min(low, point.y);
    high = std::max(high, point.y);
  }
  const Range range = round_range(std::max(low, -kMostShown), std::min(high, kMostShown));
  ChartAxis y = range_axis(range, "off the median (%)");
  y.least = -kMostShown;
  y.most = kMostShown;
  y.low -= range.step * 0.3;  // room for the marks at the edges
  y.high += range.step * 0.3;
  for (ChartPanel& panel : part.panels) panel.y = y;
  const double last = std::max(end, 1e-3) * time_factor;
  chart.x = range_axis(round_range(0, last),
                       fmt::format("time since the start of the run ({})", minutes ? "min" : "s"));
  chart.x.unit = minutes ? " min" : " s";
  chart.x.low = -0.02 * last;
  chart.x.high = 1.02 * last;
  chart.parts = {part};
  return chart;
}

const RegisterChart registered({50, "samples",
                                "every sample over the time of the run: drift and outliers",
                                compute});

}  // namespace

}  // namespace splicebench
