#pragma once

// A chart: from results to a gnuplot script. One file per chart (chart_<name>.cc), which registers
// itself at its end; nothing else knows its name.

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "results/model/model.h"

namespace splicebench {

/// What a chart is drawn from. Results and labels have the same size, at least 1; oldest first.
struct ChartInput {
  std::vector<Result> results;
  std::vector<std::string>
      labels;  ///< a name for each result, from that of its file; not trusted text
};

struct ChartStyle {
  int width = 960;            ///< pixels
  std::optional<int> height;  ///< pixels; absent: as many as the chart's panels need
  bool dark = false;
};

/// A gnuplot script without `set terminal` and `set output`, and the size it is laid out for.
struct Drawing {
  std::string title;   ///< also the accessible name of the SVG
  std::string script;  ///< empty when there is nothing to draw
  int width = 0;       ///< pixels
  int height = 0;
  std::string missing;  ///< when script is empty: one sentence, what the results lack
};

struct Chart {
  int order = 0;      ///< place among the charts
  std::string name;   ///< of --charts and of the file
  std::string shows;  ///< a line of help
  std::function<Drawing(const ChartInput&, const ChartStyle&)> draw;
  bool of_round_trips = false;  ///< from results of ping, not of run
};

/// All charts, in order.
const std::vector<Chart>& charts();

/// Adds a chart; a chart's file does this by defining one of these at namespace scope.
struct RegisterChart {
  explicit RegisterChart(Chart chart);
};

}  // namespace splicebench
