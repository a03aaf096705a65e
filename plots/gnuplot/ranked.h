#pragma once

#include <string>

#include "plots/data/chart.h"
#include "plots/gnuplot/canvas.h"

namespace splicebench {

/// A row per mode, the best on top: a dot with its interval, or a stack of layers.
void plot_ranked(Canvas& canvas, const ChartPanel& panel, bool dark);

/// What stands at the right end of the row of `series`: its value, of two states both.
std::string ranked_value(const ChartSeries& series);

}  // namespace splicebench
