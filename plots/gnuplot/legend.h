#pragma once

#include <string>
#include <vector>

#include "plots/data/chart.h"
#include "plots/data/theme.h"

namespace splicebench {

/// Pixels: what the canvas and its legend share.
inline constexpr double kEdge = 20;  ///< free on every side
inline constexpr double kText = 11;  ///< size of text: the smallest read without effort
inline constexpr double kLegendRow = 20;
inline constexpr double kNameCharacter = kText * 0.56;  ///< width of one, on average
inline constexpr double kNameGap = 10;                  ///< between a name and its panel
inline constexpr std::size_t kMostOfAName = 30;         ///< characters of a mode beside a panel

/// The page that a chart is laid out on, in pixels from its upper left corner.
struct Paper {
  const Theme& theme;
  double width = 0;
  double height = 0;

  /// A place as gnuplot takes it.
  std::string place(double x, double y) const;
  /// A command that writes `text` from `x` on, around the height `y`.
  std::string label(const std::string& text, double x, double y, double size,
                    const std::string& colour, const char* font = "sans-serif") const;
};

/// A swatch and its text.
struct LegendEntry {
  std::string text;
  std::string colour;
  std::string dash;  ///< empty: a filled box; "none": the marker alone
  int marker = 0;    ///< gnuplot point type; 0: none
  double marker_size = 1;
};

/// Empty where the panels name what they show.
std::vector<LegendEntry> legend_of(const Chart& chart, bool dark);

/// Of `width` pixels, that it takes.
int legend_rows(const std::vector<LegendEntry>& legend, double width);

/// Commands that draw it, `top` pixels from the paper's.
std::string legend_script(const std::vector<LegendEntry>& legend, const Paper& paper, double top);

/// The colour of a layer of a stack, from the bottom: hue is the mode, tone the layer.
std::string tone_of(const std::string& colour, std::size_t layer, const Theme& theme);

}  // namespace splicebench
