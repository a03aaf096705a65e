// CPU seconds per GB, stacked: who spent them. Hue is the mode, tone the process.

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "plots/charts/chart.h"
#include "plots/data/panels.h"

namespace splicebench {

namespace {

/// A layer of the stack, from the bottom.
struct Layer {
  std::string name;
  double CpuShares::*share;
  double towards_ink;         ///< 0..1 mixed into the mode's colour
  double towards_background;  ///< the same
};

const std::array<Layer, 4> kLayers{{{"relay, user", &CpuShares::relay_user, 0.5, 0},
                                    {"relay, system", &CpuShares::relay_system, 0, 0},
                                    {"writer and reader", &CpuShares::peers, 0, 0.5},
                                    {"rest of the system", &CpuShares::rest, 0, 0.8}}};

std::string tone(const std::string& colour, const Layer& layer, const Theme& colours) {
  return mix(mix(colour, colours.ink, layer.towards_ink), colours.background,
             layer.towards_background);
}

std::vector<LegendEntry> legend_of(const ModeLooks& looks, const Theme& colours) {
  std::vector<LegendEntry> legend;
  for (const std::string& mode : looks.modes()) {
    legend.push_back({mode, looks.of(mode).colour, "", 0, 1});
  }
  for (const Layer& layer : kLayers) {
    legend.push_back({layer.name, tone(colours.muted, layer, colours), "", 0, 1});
  }
  return legend;
}

/// Left and right end of a mode's bar around a chunk's place, categories being 1 apart.
std::pair<double, double> bar_of(std::size_t mode, std::size_t modes) {
  constexpr double kCluster = 0.82;
  const double width = kCluster / static_cast<double>(modes);
  const double left = -kCluster / 2 + static_cast<double>(mode) * width;
  return {left, left + width * (modes > 1 ? 0.9 : 1.0)};
}

/// Rectangles "x y xlow xhigh ylow yhigh" of one layer of one mode's bars.
std::string boxes_of(const std::vector<const CaseFigures*>& cases,
                     const std::vector<std::int64_t>& chunks, const Layer& layer,
                     std::pair<double, double> bar) {
  std::string boxes;
  for (const CaseFigures* one : cases) {
    double bottom = 0;
    for (const Layer& below : kLayers) {
      if (below.share == layer.share) break;
      bottom += (*one->cpu).*below.share;
    }
    const double top = bottom + (*one->cpu).*layer.share;
    const double place = static_cast<double>(
        std::lower_bound(chunks.begin(), chunks.end(), one->id.chunk) - chunks.begin());
    boxes += fmt::format("{0:.4f} {3:.6g} {1:.4f} {2:.4f} {3:.6g} {4:.6g}\n", place,
                         place + bar.first, place + bar.second, bottom, top);
  }
  return boxes;
}

/// False when the path has no figure to show.
bool plot_panel(Canvas& canvas, const std::vector<CaseFigures>& figures, const std::string& path,
                const std::vector<std::int64_t>& chunks, const ModeLooks& looks) {
  std::vector<std::string> elements;
  for (std::size_t i = 0; i < looks.modes().size(); ++i) {
    const std::string& mode = looks.modes()[i];
    std::vector<const CaseFigures*> cases;
    for (const CaseFigures& one : figures) {
      if (one.id.path == path && one.id.mode == mode && one.cpu) cases.push_back(&one);
    }
    if (cases.empty()) continue;
    for (const Layer& layer : kLayers) {
      const std::string name = fmt::format("$d{}", elements.size());
      canvas.add(fmt::format("{} << EOD\n{}EOD", name,
                             boxes_of(cases, chunks, layer, bar_of(i, looks.modes().size()))));
      elements.push_back(fmt::format("{} with boxxyerror fs solid noborder fc rgb '{}' notitle",
                                     name, tone(looks.of(mode).colour, layer, canvas.colours())));
    }
  }
  if (elements.empty()) return false;
  canvas.add(fmt::format("plot {}", fmt::join(elements, ", \\\n  ")));
  return true;
}

Drawing draw(const ChartInput& input, const ChartStyle& style) {
  const std::string title = "CPU time per GB delivered";
  std::vector<std::vector<CaseFigures>> all;
  double high = 0;
  for (const Result& result : input.results) {
    all.push_back(figures_of(result));
    for (const CaseFigures& one : all.back()) {
      if (one.cpu) high = std::max(high, one.cpu->total());
    }
  }
  if (high <= 0) return nothing_to_draw(title, "no sample has CPU times");

  const ModeLooks looks(input.results, style.dark);
  const PanelGrid grid = path_panels(input, style);
  const std::vector<std::int64_t> chunks = chunks_of(input.results);
  Range range = round_range(0, high);
  range.high = high * 1.04;
  Canvas canvas(input, style,
                {title,
                 "all rounds of a case together; GB = 10⁹ bytes; bars in the order of the "
                 "legend"},
                legend_of(looks, theme(style.dark)), grid.rows, grid.columns);
  for (const PathPanel& panel : grid.panels) {
    canvas.panel(panel.row, panel.column, panel.title);
    canvas.category_axis(chunks);
    canvas.value_axis(range, "CPU time (s/GB)");
    if (!plot_panel(canvas, all[panel.result], panel.path, chunks, looks)) {
      canvas.empty_panel("no good sample of this path");
    }
  }
  return canvas.finish();
}

const RegisterChart registered({30, "cpu",
                                "CPU seconds per GB: relay, peers and the rest of the system",
                                draw});

}  // namespace

}  // namespace splicebench
