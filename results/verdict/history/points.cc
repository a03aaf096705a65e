#include "results/verdict/history/points.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <optional>
#include <span>

#include "results/files/error.h"
#include "results/model/metrics.h"
#include "results/stats/two_states.h"
#include "results/verdict/ping_figures.h"

namespace splicebench {

namespace {

std::vector<double> block_values(const PingCase& one, const std::string& unit) {
  std::vector<double> values;
  for (const PingBlock& block : one.blocks) {
    if (!block.error.empty()) continue;
    for (const Metric& metric : metrics_of(block, one.id.chunk)) {
      if (metric.unit == unit) values.push_back(metric.value);
    }
  }
  return values;
}

void add_points(std::vector<Point>& points, const std::string& name, const CaseId& id,
                const Tracked& metric, std::vector<double> values,
                const std::optional<TwoStates>& states) {
  if (values.empty()) return;
  if (!states) {
    points.push_back({name, id, &metric, "", summarise(values)});
    return;
  }
  std::sort(values.begin(), values.end());
  const double share = states->low_share * static_cast<double>(values.size());
  const std::size_t low =
      std::clamp<std::size_t>(static_cast<std::size_t>(std::lround(share)), 1, values.size() - 1);
  const std::span<const double> all(values);
  points.push_back({name, id, &metric, "low", summarise_sorted(all.first(low))});
  points.push_back({name, id, &metric, "high", summarise_sorted(all.subspan(low))});
}

}  // namespace

std::vector<Point> points_of(const Result& result) {
  std::vector<Point> points;
  for (const Tracked& metric : kTracked) {
    for (const CaseResult& one : result.cases) {
      add_points(points, one.id.name(), one.id, metric, values_of(one, metric.unit),
                 states_of(one, metric.unit));
    }
    if (!result.ping) continue;
    for (const PingCase& one : result.ping->cases)
      add_points(points, ping_name(one.id), one.id, metric, block_values(one, metric.unit),
                 std::nullopt);
  }
  return points;
}

std::vector<Point> points_of(const Result& result, const std::string& metric) {
  std::vector<Point> points = points_of(result);
  if (metric.empty()) return points;
  std::vector<std::string> names;
  for (const Point& point : points) {
    if (names.empty() || names.back() != point.metric->name) names.emplace_back(point.metric->name);
  }
  if (std::find(names.begin(), names.end(), metric) == names.end()) {
    throw UsageError(fmt::format("--metric: this result has no '{}'; it has: {}", metric,
                                 fmt::join(names, ", ")));
  }
  std::erase_if(points, [&](const Point& point) { return point.metric->name != metric; });
  return points;
}

}  // namespace splicebench
