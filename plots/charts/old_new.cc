// Two results, the newer against the older: what changed since.

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "plots/charts/chart.h"
#include "plots/data/panels.h"
#include "results/stats/case_change.h"

namespace splicebench {

namespace {

double percent(double ratio) { return (ratio - 1) * 100; }

std::vector<Line> lines_of(const std::vector<CaseChange>& changes, const std::string& path,
                           const ModeLooks& looks) {
  std::vector<Line> lines;
  for (const std::string& mode : looks.modes()) {
    Line line{looks.of(mode), {}};
    for (const CaseChange& change : changes) {
      if (change.id.path != path || change.id.mode != mode) continue;
      const double low = std::isfinite(change.high) ? percent(change.low) : NAN;
      line.points.push_back(
          {change.id.chunk, percent(change.ratio), low, percent(change.high), change.significant});
    }
    if (line.points.empty()) continue;
    sort_by_chunk(line);
    lines.push_back(std::move(line));
  }
  return lines;
}

std::string note_on(const std::vector<CaseChange>& changes) {
  const bool bounded = std::any_of(changes.begin(), changes.end(), [](const CaseChange& change) {
    return std::isfinite(change.high);
  });
  return std::string("ratio of the medians; ") +
         (bounded ? "bars span both 95 % intervals" : "too few rounds for an interval") +
         "; filled: significant by Mann-Whitney (5 %), each case by itself";
}

Drawing draw(const ChartInput& input, const ChartStyle& style) {
  const std::string title = "New against old: change of throughput";
  if (input.results.size() != 2) return nothing_to_draw(title, "it takes two results, old and new");
  const std::vector<CaseChange> changes = case_changes(input.results[0], input.results[1], "B/s");
  if (changes.empty()) {
    return nothing_to_draw(title, "the two results share no case with good samples");
  }
  const ModeLooks looks(input.results, style.dark);
  std::vector<std::string> paths;
  for (const CaseChange& change : changes) {
    if (std::find(paths.begin(), paths.end(), change.id.path) == paths.end()) {
      paths.push_back(change.id.path);
    }
  }
  const std::vector<std::int64_t> chunks = chunks_of(input.results);
  const std::vector<std::int64_t> planned = planned_chunks(input.results[0], input.results[1]);
  const int count = static_cast<int>(paths.size());
  const int columns = columns_that_fit(style, std::min(count, 2));
  std::vector<std::vector<Line>> lines;
  for (const std::string& path : paths) lines.push_back(lines_of(changes, path, looks));
  const ChangeFrame frame = change_frame(lines);
  Canvas canvas(input, style, {title, note_on(changes) + frame.note()}, mode_legend(looks),
                (count + columns - 1) / columns, columns);
  for (int i = 0; i < count; ++i) {
    const std::string& path = paths[static_cast<std::size_t>(i)];
    canvas.panel(i / columns, i % columns, path);
    plot_changes(canvas, lines[static_cast<std::size_t>(i)], chunks, planned, frame,
                 "change of throughput (%)");
  }
  return canvas.finish();
}

const RegisterChart registered({70, "old-new", "two results: change of throughput of each case",
                                draw});

}  // namespace

}  // namespace splicebench
