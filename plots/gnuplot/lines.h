#pragma once

#include "plots/data/chart.h"
#include "plots/gnuplot/canvas.h"

namespace splicebench {

/// A panel of lines, bars or curves.
void plot_lines(Canvas& canvas, const Chart& chart, const ChartPart& part, const ChartPanel& panel,
                bool dark);

}  // namespace splicebench
