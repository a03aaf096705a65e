#pragma once

#include <optional>
#include <string>

#include "plots/data/chart.h"

namespace splicebench {

struct ChartStyle {
  int width = 960;            ///< pixels
  std::optional<int> height;  ///< pixels; absent: as many as the chart's panels need
  bool dark = false;
};

/// A gnuplot script without `set terminal` and `set output`, and the size it is laid out for.
struct Drawing {
  std::string title;  ///< also the accessible name of the SVG
  std::string script;
  int width = 0;  ///< pixels
  int height = 0;
};

/// Draws a chart that has parts. `input` is what it was computed from: how that was measured stands
/// below. Throws UsageError when the height asked for leaves the panels no room.
Drawing draw(const Chart& chart, const ChartInput& input, const ChartStyle& style);

}  // namespace splicebench
