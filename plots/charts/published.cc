// Published changes of splice against generic beside those measured here, where a result covers
// them.

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <utility>

#include "plots/charts/chart.h"
#include "plots/data/panels.h"
#include "results/compare/replicate.h"
#include "results/published/published.h"

namespace splicebench {

namespace {

double percent(double ratio) { return (ratio - 1) * 100; }

/// One path of one published table.
struct PublishedPath {
  std::string title;
  Line published;
  Line here;
};

std::vector<PublishedPath> published_paths(const ReplicatedTable& table, const ModeLook& there,
                                           const ModeLook& here) {
  std::vector<PublishedPath> paths;
  for (const ReplicatedRow& row : table.rows) {
    if (row.published.unit != "B/s") continue;
    const std::string as = row.published.measured_as == row.published.path
                               ? ""
                               : fmt::format(" (as {})", row.published.measured_as);
    const std::string title = fmt::format("{}: {}{}", table.published.name, row.published.path, as);
    if (paths.empty() || paths.back().title != title) {
      paths.push_back({title, {there, {}}, {here, {}}});
    }
    PublishedPath& path = paths.back();
    // Where no change was claimed its place is that of the medians, hollow.
    const double change = row.published.delta ? *row.published.delta
                                              : row.published.splice / row.published.generic - 1;
    path.published.points.push_back(
        {row.published.chunk, change * 100, NAN, NAN, row.published.delta.has_value()});
    if (!row.here) continue;
    const double low = std::isfinite(row.here->high) ? percent(row.here->low) : NAN;
    path.here.points.push_back({row.published.chunk, percent(row.here->ratio), low,
                                percent(row.here->high), row.here->significant});
  }
  std::erase_if(paths, [](const PublishedPath& path) { return path.here.points.empty(); });
  for (PublishedPath& path : paths) {
    sort_by_chunk(path.published);
    sort_by_chunk(path.here);
  }
  return paths;
}

bool bounded(const std::vector<PublishedPath>& paths) {
  return std::any_of(paths.begin(), paths.end(), [](const PublishedPath& path) {
    return std::any_of(path.here.points.begin(), path.here.points.end(),
                       [](const LinePoint& point) { return std::isfinite(point.high); });
  });
}

std::vector<std::int64_t> chunks_of(const std::vector<PublishedPath>& paths) {
  std::vector<std::int64_t> chunks;
  for (const PublishedPath& path : paths) {
    for (const LinePoint& point : path.published.points) chunks.push_back(point.chunk);
  }
  std::sort(chunks.begin(), chunks.end());
  chunks.erase(std::unique(chunks.begin(), chunks.end()), chunks.end());
  return chunks;
}

Drawing draw(const ChartInput& input, const ChartStyle& style) {
  const std::string title = "Change of throughput by splice: published and here";
  if (input.results.size() != 1) return nothing_to_draw(title, "it takes one result");
  const Theme& colours = theme(style.dark);
  const ModeLook here = look_of_slot(kSpliceSlot, style.dark);
  // Not a mode of ours: ink, dotted, with a marker no other has.
  const ModeLook there{-1, colours.ink, "(2,3)", 13, 12, 0.76};
  std::vector<PublishedPath> paths;
  std::string caveats;
  for (PublishedTable& published : published_tables("all")) {
    const ReplicatedTable table = replicate(input.results.front(), std::move(published));
    std::vector<PublishedPath> some = published_paths(table, there, here);
    if (some.empty()) continue;
    std::move(some.begin(), some.end(), std::back_inserter(paths));
    for (const std::string& caveat : table.published.caveats) {
      caveats += fmt::format(" {}: {}", table.published.name, caveat);
    }
  }
  if (paths.empty()) {
    return nothing_to_draw(title,
                           "the result has no path of the published tables with both generic and "
                           "splice; see splicebench replicate");
  }
  const std::vector<std::int64_t> chunks = chunks_of(paths);
  std::vector<std::int64_t> planned = planned_chunks(input.results.front());
  std::erase_if(planned, [&](std::int64_t chunk) {
    return !std::binary_search(chunks.begin(), chunks.end(), chunk);
  });
  std::vector<std::vector<Line>> lines;
  for (const PublishedPath& path : paths) lines.push_back({path.published, path.here});
  const ChangeFrame frame = change_frame(lines);
  const int count = static_cast<int>(paths.size());
  const int columns = columns_that_fit(style, std::min(count, 2));
  const std::vector<LegendEntry> legend{
      {"published", there.colour, there.dash, there.marker, there.marker_size},
      {"here", here.colour, here.dash, here.marker, here.marker_size}};
  Canvas canvas(input, style,
                {title, std::string("Filled: significant; ") +
                            (bounded(paths) ? "bars: interval by sign test"
                                            : "too few rounds here for an interval") +
                            frame.note() + "." + caveats},
                legend, (count + columns - 1) / columns, columns);
  for (int i = 0; i < count; ++i) {
    const PublishedPath& path = paths[static_cast<std::size_t>(i)];
    canvas.panel(i / columns, i % columns, path.title);
    plot_changes(canvas, lines[static_cast<std::size_t>(i)], chunks, planned, frame,
                 "change of throughput (%)");
  }
  return canvas.finish();
}

const RegisterChart registered({60, "published",
                                "published change by splice beside the one measured here", draw});

}  // namespace

}  // namespace splicebench
