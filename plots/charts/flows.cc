// Throughput and the relay's CPU time over the number of flows: a panel per path and chunk.

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "plots/data/series.h"
#include "plots/data/text.h"

namespace splicebench {

namespace {

using Flows = std::set<std::int64_t>;

/// Names the panel of a row: without its flows, which are the axis, and with its chunk.
CaseId without_flows(CaseId id) {
  id.conditions[ConditionKind::flows] = {};
  id.path += ", " + size_label(id.chunk);
  return id;
}

/// Of each panel that has more than one number of flows, in the order of the results.
std::vector<std::string> panels_of(const std::vector<Result>& results) {
  std::vector<std::string> order;
  std::map<std::string, Flows> flows;
  for (const Result& result : results) {
    for (const CaseResult& one : result.cases) {
      const std::string panel = without_flows(one.id).heading();
      if (!flows.contains(panel)) order.push_back(panel);
      flows[panel].insert(flows_of(one.id.conditions));
    }
  }
  std::erase_if(order, [&](const std::string& panel) { return flows[panel].size() < 2; });
  return order;
}

Flows flows_in(const Result& result) {
  Flows flows;
  for (const CaseResult& one : result.cases) flows.insert(flows_of(one.id.conditions));
  return flows;
}

/// The figures of `result` over its flows.
std::vector<CasePoint> points_over_flows(const Result& result, Figure figure,
                                         const Prefixed& unit) {
  std::vector<CasePoint> points =
      figure_points(result, figure, unit.factor, digits_text, kNoBreak + unit.unit);
  for (CasePoint& one : points) {
    one.point.x = static_cast<double>(flows_of(one.id.conditions));
    one.id = without_flows(one.id);
  }
  return points;
}

std::vector<ChartPanel> panels_over_flows(const ChartInput& input, Figure figure,
                                          const Prefixed& unit) {
  std::vector<ChartPanel> panels;
  for (std::size_t i = 0; i < input.results.size(); ++i) {
    const Flows flows = flows_in(input.results[i]);
    const std::vector<CasePoint> points = points_over_flows(input.results[i], figure, unit);
    for (const std::string& name : panels_of(input.results)) {
      ChartPanel panel{panel_title(input, i, name), "no good sample"};
      panel.series = series_of(input.modes, points, name);
      panel.planned = {flows.begin(), flows.end()};
      panels.push_back(std::move(panel));
    }
  }
  return panels;
}

ChartAxis flows_axis(const std::vector<Result>& results) {
  Flows flows;
  for (const Result& result : results) flows.merge(flows_in(result));
  ChartAxis axis = chunk_axis({flows.begin(), flows.end()}, "flows");
  for (AxisMark& mark : axis.marks) mark.label = fmt::format("{:.0f}", mark.value);
  return axis;
}

Chart compute(const ChartInput& input) {
  Chart chart;
  chart.title = "Throughput and CPU time over flows";
  const std::vector<std::string> names = panels_of(input.results);
  if (names.empty()) {
    return nothing_to_draw(chart.title,
                           "no row was measured with several numbers of flows: splicebench run "
                           "--flows 1,16,256 does",
                           false);
  }
  chart.note = summary_note(input.results) + "; of all flows together; GB = 10⁹ bytes";
  ChartPart speed{"flows-throughput", "Throughput over flows"};
  Prefixed unit;
  // Once to learn the prefix of the largest figure, once in its unit.
  for (int pass = 0; pass < 2; ++pass) {
    speed.panels = panels_over_flows(input, &CaseFigures::throughput, unit);
    if (pass == 0) unit = speed_unit(highest(speed.panels));
  }
  if (points_of(speed.panels).empty())
    return nothing_to_draw(chart.title, "no case of several flows has a good sample");
  chart.note += give_axes(speed, kHigherIsBetter, [&](const std::vector<ChartPanel>& panels) {
    return value_axis(panels, fmt::format("throughput ({})", unit.unit));
  });
  chart.parts = {speed};
  ChartPart cpu{"flows-cpu", "CPU time of the relay over flows"};
  cpu.panels = panels_over_flows(input, &CaseFigures::relay_cpu, {1, "s/GB"});
  if (!points_of(cpu.panels).empty()) {
    give_axes(cpu, kLowerIsBetter, [](const std::vector<ChartPanel>& panels) {
      return value_axis(panels, "relay CPU (s/GB)");
    });
    chart.parts.push_back(std::move(cpu));
  }
  // So that the two panels of a path stand one above the other.
  chart.group = static_cast<int>(names.size());
  if (chart.group > 1 || input.results.size() > 1) chart.abreast = chart.group;
  chart.x = flows_axis(input.results);
  return chart;
}

const RegisterChart registered({45, "flows",
                                "throughput and CPU seconds of the relay per GB over --flows",
                                compute});

}  // namespace

}  // namespace splicebench
