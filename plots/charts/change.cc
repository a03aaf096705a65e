// Change of every mode against the baseline of its run, over chunk size: where is the crossover.

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "plots/data/series.h"
#include "plots/data/text.h"
#include "results/stats/paired.h"

namespace splicebench {

namespace {

struct Words {
  std::string title;
  std::string unit;  ///< of results/metrics.h
  std::string axis;
  std::string better;
};

std::vector<CasePoint> points_of(const PairedTable& table) {
  std::vector<CasePoint> points;
  for (const PairedComparison& row : table.rows) {
    if (is_floor_mode(row.id.mode)) continue;
    if (row.two_states && std::isfinite(row.high)) {
      std::vector<double> ratios;
      for (const double one : row.log_ratios) ratios.push_back(std::exp(one));
      for (const ChartPoint& point : state_changes(row.id.chunk, ratios, row.low, row.high,
                                                   row.significant, count_text(row.n)))
        points.push_back({row.id, point});
      continue;
    }
    points.push_back({row.id, change_point(row.id.chunk, row.ratio, row.low, row.high,
                                           row.significant, count_text(row.n))});
  }
  return points;
}

std::string note_of(const std::vector<PairedTable>& tables) {
  std::int64_t fewest = INT64_MAX;
  std::int64_t most = 0;
  std::int64_t needed = 0;
  for (const PairedTable& table : tables) {
    for (const PairedComparison& row : table.rows) {
      fewest = std::min(fewest, row.n);
      most = std::max(most, row.n);
    }
    needed = std::max(needed, table.rounds_needed);
  }
  std::string note = "ratio within the rounds";
  if (most >= needed) note += ", 95 % interval; filled: significant in the whole run (Holm, 5 %)";
  if (fewest < needed) {
    note += fmt::format("; nothing can be claimed below {} rounds, and some rows have {}", needed,
                        fewest);
  }
  return note;
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

Chart compute(const ChartInput& input, const Words& wording) {
  std::vector<PairedTable> tables;
  std::vector<std::vector<CasePoint>> points;
  for (const Result& result : input.results) {
    tables.push_back(compare_paired(result, wording.unit));
    points.push_back(points_of(tables.back()));
  }
  const std::vector<std::string> baselines = baselines_of(tables);
  Chart chart;
  chart.title = fmt::format("{} against {}", wording.title,
                            baselines.size() == 1 ? baselines.front() : "the baseline of each run");
  chart.kind = ChartKind::bars;
  ChartPart part;
  part.panels = path_panels(chart, input, points, "no two modes share a round on this path");
  if (points_of(part.panels).empty()) {
    return nothing_to_draw(chart.title,
                           "no two modes share a round; measure a second mode with run --modes");
  }
  if (baselines.size() > 1) {
    for (std::size_t i = 0; i < part.panels.size(); ++i) {
      const PairedTable& table = tables[i / static_cast<std::size_t>(chart.group)];
      if (table.rows.empty()) continue;
      part.panels[i].title += ", against " + table.rows.front().baseline;
    }
  }
  chart.note =
      note_of(tables) + give_axes(part, wording.better, [&](const std::vector<ChartPanel>& panels) {
        return change_axis(panels, wording.axis);
      });
  if (input.results.size() == 1) {
    chart.abreast = 1;
    chart.rows = true;
  }
  chart.x = chunk_axis(chunks_of(input.results));
  chart.parts = {part};
  return chart;
}

const RegisterChart throughput(
    {20, "change", "change of throughput of each mode against the baseline, with intervals",
     [](const ChartInput& input) {
       return compute(input,
                      {"Change of throughput", "B/s", "change of throughput (%)", kHigherIsBetter});
     }});

const RegisterChart relay_cpu({25, "change-cpu",
                               "change of the relay's CPU seconds per GB against the baseline",
                               [](const ChartInput& input) {
                                 return compute(input,
                                                {"Change of relay CPU per GB", "relay-cpu-sec/GB",
                                                 "change of CPU s/GB (%)", kLowerIsBetter});
                               }});

}  // namespace

}  // namespace splicebench
