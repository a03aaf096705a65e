// Percentile curves of round trips: a panel per message size, a line per mode and floor.

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "plots/data/series.h"
#include "plots/data/text.h"
#include "results/verdict/ping_figures.h"

namespace splicebench {

namespace {

struct Curve {
  std::size_t result = 0;
  std::string row;  ///< size and conditions
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
      const std::string row = size_label(one.id.chunk) + named_conditions(one.id.conditions, ", ");
      curves.push_back({result, row, one.id.mode, std::move(times)});
    }
  }
  return curves;
}

/// A panel's curves are those of one row of one result.
std::vector<std::pair<std::size_t, std::string>> panels_of(const std::vector<Curve>& curves) {
  std::vector<std::pair<std::size_t, std::string>> panels;
  for (const Curve& curve : curves) {
    const std::pair<std::size_t, std::string> panel{curve.result, curve.row};
    if (std::find(panels.begin(), panels.end(), panel) == panels.end()) panels.push_back(panel);
  }
  return panels;
}

/// Points up to the largest time: 1 / (1 - share), microseconds.
std::vector<ChartPoint> points_of(const Histogram& times) {
  constexpr double kPointsPerDecade = 24;
  const double count = static_cast<double>(times.count());
  std::vector<ChartPoint> points;
  const auto add = [&](double beyond, double seconds, const std::string& name) {
    ChartPoint& point = points.emplace_back(ChartPoint{beyond, seconds * 1e6});
    point.value = digits_text(point.y) + kNoBreak + "us";
    point.range = name;
  };
  for (double place = 0;; ++place) {
    const double beyond = std::pow(10.0, place / kPointsPerDecade);
    if (beyond >= count) break;
    const int decimals = std::max(1, static_cast<int>(place / kPointsPerDecade) - 1);
    add(beyond, times.quantile(1 - 1 / beyond),
        fmt::format("p{:.{}f}", (1 - 1 / beyond) * 100, decimals));
  }
  add(count, times.max(), "max");
  return points;
}

/// The rarer the wider: x is 1 / (1 - share), up to `most` times in all.
ChartAxis percentile_axis(double most) {
  ChartAxis axis;
  axis.label = "percentile";
  axis.low = 1;
  axis.high = most * 1.2;
  axis.base = 10;
  axis.marks = {{1, "0"}};
  std::string nines;
  const int most_digits = static_cast<int>(std::floor(std::log10(most) + 1e-9));
  for (int digits = 1; digits <= most_digits; ++digits) {
    nines += nines.size() == 2 ? ".9" : "9";
    axis.marks.push_back({std::pow(10, digits), digits == 1 ? "90" : nines});
  }
  return axis;
}

Chart compute(const ChartInput& input) {
  Chart chart;
  chart.title = "Percentiles of round trips";
  chart.note =
      "all rounds of a mode together; right is rarer, and the end of a line its largest time";
  chart.kind = ChartKind::curves;
  const std::vector<Curve> curves = curves_of(input);
  if (curves.empty()) {
    return nothing_to_draw(chart.title, "no round trips: splicebench ping makes them");
  }
  double most = 10;
  for (const Curve& curve : curves) {
    most = std::max(most, static_cast<double>(curve.times.count()));
  }
  ChartPart part;
  for (const auto& [result, row] : panels_of(curves)) {
    ChartPanel panel{panel_title(input, result, row), ""};
    for (const ChartMode& mode : input.modes) {
      for (const Curve& curve : curves) {
        if (curve.result == result && curve.row == row && curve.mode == mode.name)
          panel.series.push_back({mode, points_of(curve.times)});
      }
    }
    part.panels.push_back(std::move(panel));
  }
  chart.note += give_axes(part, kLowerIsBetter, [](const std::vector<ChartPanel>& panels) {
    return log_axis(panels, 10, "round trip (us)");
  });
  chart.x = percentile_axis(most);
  chart.parts = {part};
  return chart;
}

const RegisterChart registered({80, "percentiles", "percentile curves of round trips", compute,
                                true});

}  // namespace

}  // namespace splicebench
