// Two results, the newer against the older: what changed since.

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "plots/data/series.h"
#include "plots/data/text.h"
#include "results/stats/case_change.h"

namespace splicebench {

namespace {

std::string note_on(const std::vector<CaseChange>& changes) {
  const bool bounded = std::any_of(changes.begin(), changes.end(), [](const CaseChange& change) {
    return std::isfinite(change.high);
  });
  return std::string("beyond the change of all cases of a path together; ") +
         (bounded ? "bars are 95 % intervals" : "too few rows or rounds for an interval") +
         "; filled: claimed, at most 5 % of the claims are false";
}

Chart compute(const ChartInput& input) {
  Chart chart;
  chart.title = "New against old: change of throughput";
  chart.kind = ChartKind::bars;
  chart.full = true;
  const Result& older = input.results[0];
  const Result& newer = input.results[1];
  const std::vector<CaseChange> changes = case_changes(older, newer, "B/s");
  std::vector<CasePoint> points;
  for (const CaseChange& change : changes) {
    const std::string count =
        fmt::format("{}{}+{}{}", count_text(change.n_old), kNoBreak, kNoBreak, change.n_new);
    if (change.two_states() && std::isfinite(change.high)) {
      for (const ChartPoint& point :
           state_changes(change.id.chunk, {}, change.low, change.high, change.significant, count))
        points.push_back({change.id, point});
      continue;
    }
    points.push_back({change.id, change_point(change.id.chunk, change.ratio, change.low,
                                              change.high, change.significant, count)});
  }
  ChartPart part;
  for (const std::string& path : paths_of({newer})) {
    part.panels.push_back({path, "no case of this path in both results",
                           series_of(input.modes, points, path), planned_chunks(older, newer)});
  }
  if (points_of(part.panels).empty()) {
    return nothing_to_draw(chart.title, "the two results share no case with good samples");
  }
  chart.note = note_on(changes) +
               give_axes(part, kHigherIsBetter, [](const std::vector<ChartPanel>& panels) {
                 return change_axis(panels, "change of throughput (%)");
               });
  chart.x = chunk_axis(chunks_of({newer}));
  chart.parts = {part};
  return chart;
}

const RegisterChart registered({70, "old-new", "two results: change of throughput of each case",
                                compute, false, true});

}  // namespace

}  // namespace splicebench
