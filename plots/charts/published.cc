// Published changes of splice against generic beside those measured here, where a result covers
// them.

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <utility>

#include "plots/data/series.h"
#include "plots/data/text.h"
#include "results/compare/replicate.h"
#include "results/published/published.h"

namespace splicebench {

namespace {

const ChartMode kPublished{"published", kPublishedSlot, 0, 0, "published"};
const ChartMode kHere{"here", kSpliceSlot, kSpliceSlot, 0, "here"};

/// A panel per path of a published table; empty where nothing was measured here.
std::vector<ChartPanel> panels_of(const ReplicatedTable& table) {
  struct Path {
    std::string title;
    std::vector<CasePoint> points;
    bool measured = false;
  };
  std::vector<Path> paths;
  for (const ReplicatedRow& row : table.rows) {
    const PublishedRow& there = row.published;
    if (there.unit != "B/s") continue;
    const std::string as =
        there.measured_as == there.path ? "" : fmt::format(" (as {})", there.measured_as);
    const std::string title = fmt::format("{}: {}{}", table.published.name, there.path, as);
    if (paths.empty() || paths.back().title != title) paths.push_back({title, {}});
    Path& path = paths.back();
    // Where no change was claimed its place is that of the medians, hollow.
    const double ratio = there.delta ? 1 + *there.delta : there.splice / there.generic;
    path.points.push_back(
        {{title, there.chunk, kPublished.name},
         change_point(there.chunk, ratio, 0, INFINITY, there.delta.has_value(), "")});
    if (!row.here) continue;
    path.measured = true;
    path.points.push_back({{title, there.chunk, kHere.name},
                           change_point(there.chunk, row.here->ratio, row.here->low, row.here->high,
                                        row.here->significant, count_text(row.here->n))});
  }
  std::vector<ChartPanel> panels;
  for (const Path& path : paths) {
    panels.push_back({path.title, "not measured here", {}});
    if (path.measured) {
      panels.back().series = series_of({kPublished, kHere}, path.points, path.title);
    }
  }
  return panels;
}

Chart compute(const ChartInput& input) {
  Chart chart;
  chart.title = "Change of throughput by splice: published and here";
  if (input.results.size() != 1) return nothing_to_draw(chart.title, "it takes one result", false);
  chart.kind = ChartKind::bars;
  chart.full = true;
  chart.legend = {kPublished, kHere};
  ChartPart part;
  std::string caveats;
  for (PublishedTable& published : published_tables("all")) {
    const ReplicatedTable table = replicate(input.results.front(), std::move(published));
    std::vector<ChartPanel> panels = panels_of(table);
    if (points_of(panels).empty()) continue;
    std::move(panels.begin(), panels.end(), std::back_inserter(part.panels));
    for (const std::string& caveat : table.published.caveats) {
      caveats += fmt::format(" {}: {}", table.published.name, caveat);
    }
  }
  const std::vector<ChartPoint> points = points_of(part.panels);
  if (points.empty()) {
    return nothing_to_draw(chart.title,
                           "the result has no path of the published tables with both generic and "
                           "splice; see splicebench replicate",
                           false);
  }
  std::vector<std::int64_t> chunks;
  for (const ChartPoint& point : points) chunks.push_back(static_cast<std::int64_t>(point.x));
  std::sort(chunks.begin(), chunks.end());
  chunks.erase(std::unique(chunks.begin(), chunks.end()), chunks.end());
  std::vector<std::int64_t> planned = planned_chunks(input.results.front());
  std::erase_if(planned, [&](std::int64_t chunk) {
    return !std::binary_search(chunks.begin(), chunks.end(), chunk);
  });
  for (ChartPanel& panel : part.panels) panel.planned = planned;
  const std::string notes =
      give_axes(part, kHigherIsBetter, [](const std::vector<ChartPanel>& panels) {
        return change_axis(panels, "change of throughput (%)");
      });
  const bool bounded = std::any_of(points.begin(), points.end(),
                                   [](const ChartPoint& point) { return point.has_interval(); });
  chart.note = std::string("Filled: significant; ") +
               (bounded ? "bars: 95 % interval" : "too few rounds here for an interval") + notes +
               "." + caveats;
  chart.x = chunk_axis(chunks);
  chart.parts = {part};
  return chart;
}

const RegisterChart registered({60, "published",
                                "published change by splice beside the one measured here",
                                compute});

}  // namespace

}  // namespace splicebench
