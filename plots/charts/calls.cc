// What a system call of the relay moves, and how many calls a MiB takes: the two rows of panels.

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "plots/charts/chart.h"
#include "plots/data/panels.h"
#include "plots/data/text.h"

namespace splicebench {

namespace {

struct Quantity {
  std::string axis;
  std::optional<Summary> CaseFigures::*value;
  double base;  ///< of the log axis
  std::string (*text)(double);
};

std::string kib_text(double value) { return fmt::format("{:.4g}", value / 1024); }

std::string count_text(double value) { return fmt::format("{:g}", value); }

const Quantity kQuantities[] = {
    {"KiB per call", &CaseFigures::bytes_per_call, 4, kib_text},
    {"calls per MiB", &CaseFigures::calls_per_mib, 10, count_text},
};

using AllFigures = std::vector<std::vector<CaseFigures>>;

std::vector<Line> lines_of(const std::vector<CaseFigures>& figures, const std::string& path,
                           const ModeLooks& looks, const Quantity& quantity) {
  std::vector<Line> lines;
  for (const std::string& mode : looks.modes()) {
    Line line{looks.of(mode), {}};
    for (const CaseFigures& one : figures) {
      const std::optional<Summary>& value = one.*quantity.value;
      if (one.id.path != path || one.id.mode != mode || !value || value->centre <= 0) continue;
      line.points.push_back({one.id.chunk, value->centre, value->low, value->high, true});
    }
    sort_by_chunk(line);
    if (!line.points.empty()) lines.push_back(std::move(line));
  }
  return lines;
}

/// Smallest and largest figure above 0 with their intervals; low > high when there is none.
Range extent(const AllFigures& all, const Quantity& quantity) {
  Range extent{INFINITY, 0, 0};
  for (const std::vector<CaseFigures>& figures : all) {
    for (const CaseFigures& one : figures) {
      const std::optional<Summary>& value = one.*quantity.value;
      if (!value || value->centre <= 0) continue;
      include(extent, *value);
    }
  }
  return extent;
}

Drawing draw(const ChartInput& input, const ChartStyle& style) {
  const std::string title = "Bytes per system call, and calls per MiB";
  AllFigures all;
  for (const Result& result : input.results) all.push_back(figures_of(result));
  if (extent(all, kQuantities[0]).high <= 0) {
    return nothing_to_draw(title, "no relay made a system call that moves bytes");
  }
  const ModeLooks looks(input.results, style.dark);
  const std::vector<std::int64_t> chunks = chunks_of(input.results);
  // Four paths side by side, so that a path's two panels stand one above the other.
  const int paths = static_cast<int>(paths_of(input.results).size());
  const int columns = columns_that_fit(style, paths);
  const int rows_each = (paths + columns - 1) / columns * static_cast<int>(input.results.size());
  Canvas canvas(input, style,
                {title, summary_note(input) + "; a call that moves nothing counts only below"},
                mode_legend(looks), 2 * rows_each, columns);
  int row = 0;
  for (const Quantity& quantity : kQuantities) {
    const Range shown = extent(all, quantity);
    for (std::size_t result = 0; result < all.size(); ++result) {
      int place = 0;
      for (const std::string& path : paths_of(input.results)) {
        const std::string label = all.size() > 1 ? ", " + input.labels[result] : "";
        canvas.panel(row + place / columns, place % columns, path + label);
        ++place;
        const std::vector<Line> lines = lines_of(all[result], path, looks, quantity);
        if (lines.empty()) {
          canvas.empty_panel("no call counted");
          continue;
        }
        canvas.chunk_axis(chunks);
        canvas.log_axis(shown.low, shown.high, quantity.base, quantity.axis, quantity.text);
        plot_lines(canvas, lines, planned_chunks(input.results[result]), Interval::band);
      }
      row += (place + columns - 1) / columns;
    }
  }
  return canvas.finish();
}

const RegisterChart registered({40, "calls", "effective bytes per system call, and calls per MiB",
                                draw});

}  // namespace

}  // namespace splicebench
