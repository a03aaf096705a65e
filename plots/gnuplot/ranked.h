#pragma once

#include "plots/data/chart.h"
#include "plots/gnuplot/canvas.h"

namespace splicebench {

/// A row per mode, the best on top: a dot with its interval, or a stack of layers.
void plot_ranked(Canvas& canvas, const ChartPanel& panel, bool dark);

}  // namespace splicebench
