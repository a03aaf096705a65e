// Change of every mode against the baseline of its run, over chunk size: where is the crossover.

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "plots/charts/chart.h"
#include "plots/data/panels.h"
#include "results/stats/paired.h"

namespace splicebench {

namespace {

struct Wording {
  std::string title;
  std::string unit;  ///< of results/metrics.h
  std::string axis;
};

double percent(double ratio) { return (ratio - 1) * 100; }

std::vector<Line> lines_of(const PairedTable& table, const std::string& path,
                           const ModeLooks& looks) {
  std::vector<Line> lines;
  for (const std::string& mode : looks.modes()) {
    Line line{looks.of(mode), {}};
    for (const PairedComparison& row : table.rows) {
      if (row.path != path || row.mode != mode) continue;
      // An interval without an upper end has no lower one either: ratio.low is 0 by convention.
      const double low = std::isfinite(row.high) ? percent(row.low) : NAN;
      line.points.push_back(
          {row.chunk, percent(row.ratio), low, percent(row.high), row.significant});
    }
    sort_by_chunk(line);
    if (!line.points.empty()) lines.push_back(std::move(line));
  }
  return lines;
}

std::string note_of(const std::vector<PairedTable>& tables) {
  std::int64_t rounds = INT64_MAX;
  std::int64_t needed = 0;
  for (const PairedTable& table : tables) {
    for (const PairedComparison& row : table.rows) rounds = std::min(rounds, row.n);
    needed = std::max(needed, table.rounds_needed);
  }
  const std::string what = "median of the rounds' ratios";
  if (rounds < needed) {
    return fmt::format("{}; nothing can be claimed below {} rounds, and some rows have {}", what,
                       needed, rounds);
  }
  return fmt::format(
      "{}, interval by sign test; filled: significant over the whole chart (Holm, 5 %)", what);
}

/// The modes that the rows are compared with, each once: runs of different modes may differ in it.
std::vector<std::string> baselines_of(const std::vector<PairedTable>& tables) {
  std::vector<std::string> baselines;
  for (const PairedTable& table : tables) {
    if (table.rows.empty()) continue;
    const std::string& baseline = table.rows.front().baseline;
    if (std::find(baselines.begin(), baselines.end(), baseline) == baselines.end()) {
      baselines.push_back(baseline);
    }
  }
  return baselines;
}

Drawing draw(const ChartInput& input, const ChartStyle& style, const Wording& wording) {
  std::vector<PairedTable> tables;
  for (const Result& result : input.results) {
    tables.push_back(compare_paired(result, wording.unit));
  }
  const std::vector<std::string> baselines = baselines_of(tables);
  const std::string title =
      fmt::format("{} against {}", wording.title,
                  baselines.size() == 1 ? baselines.front() : "the baseline of each run");
  if (baselines.empty()) {
    return nothing_to_draw(title,
                           "no two modes share a round; measure a second mode with run --modes");
  }
  const ModeLooks looks(input.results, style.dark);
  std::vector<LegendEntry> legend = mode_legend(looks);
  std::erase_if(legend, [&](const LegendEntry& entry) {
    return std::none_of(tables.begin(), tables.end(), [&](const PairedTable& table) {
      return std::any_of(table.rows.begin(), table.rows.end(),
                         [&](const PairedComparison& row) { return row.mode == entry.text; });
    });
  });
  const PanelGrid grid = path_panels(input, style);
  const std::vector<std::int64_t> chunks = chunks_of(input.results);
  std::vector<std::vector<Line>> lines;
  for (const PathPanel& panel : grid.panels) {
    lines.push_back(lines_of(tables[panel.result], panel.path, looks));
  }
  const ChangeFrame frame = change_frame(lines);
  Canvas canvas(input, style, {title, note_of(tables) + frame.note()}, legend, grid.rows,
                grid.columns);
  for (std::size_t i = 0; i < grid.panels.size(); ++i) {
    const PathPanel& panel = grid.panels[i];
    const PairedTable& table = tables[panel.result];
    const bool named = baselines.size() > 1 && !table.rows.empty();
    canvas.panel(panel.row, panel.column,
                 named ? fmt::format("{}, against {}", panel.title, table.rows.front().baseline)
                       : panel.title);
    if (lines[i].empty()) {
      canvas.empty_panel("no two modes share a round on this path");
    } else {
      plot_changes(canvas, lines[i], chunks, planned_chunks(input.results[panel.result]), frame,
                   wording.axis);
    }
  }
  return canvas.finish();
}

const RegisterChart throughput(
    {20, "change", "change of throughput of each mode against the baseline, with intervals",
     [](const ChartInput& input, const ChartStyle& style) {
       return draw(input, style, {"Change of throughput", "B/s", "change of throughput (%)"});
     }});

const RegisterChart relay_cpu({25, "change-cpu",
                               "change of the relay's CPU seconds per GB against the baseline",
                               [](const ChartInput& input, const ChartStyle& style) {
                                 return draw(input, style,
                                             {"Change of relay CPU per GB", "relay-cpu-sec/GB",
                                              "change of CPU s/GB (%)"});
                               }});

}  // namespace

}  // namespace splicebench
