// Throughput over chunk size: a panel per path, a line with its interval band per mode.

#include <fmt/format.h>

#include <algorithm>

#include "plots/charts/chart.h"
#include "plots/data/panels.h"

namespace splicebench {

namespace {

using ResultFigures = std::vector<std::vector<CaseFigures>>;

double highest(const ResultFigures& all) {
  double high = 0;
  for (const std::vector<CaseFigures>& figures : all) {
    for (const CaseFigures& one : figures) {
      if (!one.throughput) continue;
      high = std::max(high, one.throughput->centre);
      if (one.throughput->high < 1e300) high = std::max(high, one.throughput->high);
    }
  }
  return high;
}

std::vector<Line> lines_of(const std::vector<CaseFigures>& figures, const std::string& path,
                           const ModeLooks& looks, double factor) {
  std::vector<Line> lines;
  for (const std::string& mode : looks.modes()) {
    Line line{looks.of(mode), {}};
    for (const CaseFigures& one : figures) {
      if (one.id.path != path || one.id.mode != mode || !one.throughput) continue;
      line.points.push_back({one.id.chunk, one.throughput->centre * factor,
                             one.throughput->low * factor, one.throughput->high * factor, true});
    }
    sort_by_chunk(line);
    if (!line.points.empty()) lines.push_back(std::move(line));
  }
  return lines;
}

Drawing draw(const ChartInput& input, const ChartStyle& style) {
  const std::string title = "Throughput over chunk size";
  ResultFigures all;
  for (const Result& result : input.results) all.push_back(figures_of(result));
  const double high = highest(all);
  if (high <= 0) return nothing_to_draw(title, "no case has a good sample");

  const Prefixed unit = speed_unit(high);
  Range range = round_range(0, high * unit.factor);
  range.high = high * unit.factor * 1.04;  // the last step need not be reached
  const PanelGrid grid = path_panels(input, style);
  const std::vector<std::int64_t> chunks = chunks_of(input.results);
  const ModeLooks looks(input.results, style.dark);
  Canvas canvas(input, style, {title, summary_note(input) + "; decimal prefixes"},
                mode_legend(looks), grid.rows, grid.columns);
  for (const PathPanel& panel : grid.panels) {
    canvas.panel(panel.row, panel.column, panel.title);
    const std::vector<Line> lines = lines_of(all[panel.result], panel.path, looks, unit.factor);
    if (lines.empty()) {
      canvas.empty_panel("no good sample of this path");
      continue;
    }
    canvas.chunk_axis(chunks);
    canvas.value_axis(range, fmt::format("throughput ({})", unit.unit));
    plot_lines(canvas, lines, planned_chunks(input.results[panel.result]), Interval::band);
  }
  return canvas.finish();
}

const RegisterChart registered({10, "throughput",
                                "throughput over chunk size, a line with its interval per mode",
                                draw});

}  // namespace

}  // namespace splicebench
