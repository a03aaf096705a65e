#include "plots/gnuplot/legend.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "plots/data/text.h"
#include "results/text/line.h"
#include "results/text/unicode.h"

namespace splicebench {

namespace {

constexpr double kSwatch = 30;
constexpr std::size_t kMostCharacters = 40;

struct LegendPlace {
  double x = 0;
  int row = 0;
};

/// Where each entry starts, filling rows of `width` pixels.
std::vector<LegendPlace> legend_places(const std::vector<LegendEntry>& legend, double width) {
  std::vector<LegendPlace> places;
  double x = 0;
  int row = 0;
  for (const LegendEntry& entry : legend) {
    const double length = static_cast<double>(rune_count(clip(entry.text, kMostCharacters)));
    const double needed = kSwatch + 8 + length * kText * 0.6 + 22;
    if (x > 0 && x + needed > width) {
      x = 0;
      ++row;
    }
    places.push_back({x, row});
    x += needed;
  }
  return places;
}

}  // namespace

std::string Paper::place(double x, double y) const {
  return fmt::format("screen {:.5f}, screen {:.5f}", x / width, 1 - y / height);
}

std::string Paper::label(const std::string& text, double x, double y, double size,
                         const std::string& colour, const char* font) const {
  return fmt::format("set label {} at {} left font '{},{}' tc rgb '{}' front\n",
                     gnuplot_quote(text), place(x, y), font, size, colour);
}

std::string tone_of(const std::string& colour, std::size_t layer, const Theme& theme) {
  struct Tone {
    double towards_ink;  ///< 0..1 mixed into the colour
    double towards_background;
  };
  constexpr std::array<Tone, 4> kTones{{{0.5, 0}, {0, 0}, {0, 0.5}, {0, 0.8}}};
  const Tone& tone = kTones[layer];
  return mix(mix(colour, theme.ink, tone.towards_ink), theme.background, tone.towards_background);
}

std::vector<LegendEntry> legend_of(const Chart& chart, bool dark) {
  const Theme& colours = theme(dark);
  std::vector<LegendEntry> legend;
  for (const ChartMode& mode : chart.legend) {
    if (chart.kind == ChartKind::ranked) break;  // their names stand at their rows
    const ModeLook look = look_of(mode, dark);
    LegendEntry entry{mode.name, look.colour, look.dash, look.marker, look.marker_size};
    if (chart.kind == ChartKind::stack) entry.dash = "";
    if (chart.kind == ChartKind::stack || chart.kind == ChartKind::curves) entry.marker = 0;
    if (chart.kind == ChartKind::samples) entry.dash = "none";
    legend.push_back(std::move(entry));
  }
  for (std::size_t layer = 0; layer < chart.layers.size(); ++layer) {
    legend.push_back({chart.layers[layer], tone_of(colours.muted, layer, colours), "", 0, 1});
  }
  if (chart.kind != ChartKind::samples) return legend;
  legend.push_back({"median of a round", colours.ink, "solid", 0, 1});
  const std::vector<ChartPanel>& panels = chart.parts.front().panels;
  if (std::any_of(panels.begin(), panels.end(),
                  [](const ChartPanel& panel) { return !panel.failed.empty(); })) {
    legend.push_back({"failed", colours.ink, "none", 2, 0.8});
  }
  return legend;
}

int legend_rows(const std::vector<LegendEntry>& legend, double width) {
  return legend.empty() ? 0 : legend_places(legend, width).back().row + 1;
}

std::string legend_script(const std::vector<LegendEntry>& legend, const Paper& paper, double top) {
  const std::vector<LegendPlace> places = legend_places(legend, paper.width - 2 * kEdge);
  std::string script;
  for (std::size_t i = 0; i < legend.size(); ++i) {
    const LegendEntry& entry = legend[i];
    const double x = kEdge + places[i].x;
    const double y = top + places[i].row * kLegendRow + kLegendRow / 2;
    if (entry.dash.empty()) {
      script +=
          fmt::format("set object rectangle from {} to {} fs solid noborder fc rgb '{}' front\n",
                      paper.place(x + 8, y - 5), paper.place(x + kSwatch, y + 5), entry.colour);
    } else if (entry.dash != "none") {
      script +=
          fmt::format("set arrow from {} to {} nohead lc rgb '{}' lw 2 dt {} front\n",
                      paper.place(x, y), paper.place(x + kSwatch, y), entry.colour, entry.dash);
    }
    if (entry.marker > 0) {
      script += fmt::format("set label '' at {} point pt {} ps {} lc rgb '{}' front\n",
                            paper.place(x + kSwatch / 2, y), entry.marker, entry.marker_size,
                            entry.colour);
    }
    script += paper.label(clip(one_line(entry.text), kMostCharacters), x + kSwatch + 8, y, kText,
                          paper.theme.ink);
  }
  return script;
}

}  // namespace splicebench
