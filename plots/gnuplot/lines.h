#pragma once

#include <string>

#include "plots/data/chart.h"
#include "plots/gnuplot/canvas.h"
#include "plots/gnuplot/elements.h"

namespace splicebench {

/// A panel of lines, bars or curves.
void plot_lines(Canvas& canvas, const Chart& chart, const ChartPanel& panel, bool dark);

/// Crosses of states, large where the case was more often in it. `columns`: gnuplot's "using".
void add_states(Elements& elements, const Points& states, double shift, const std::string& columns,
                const std::string& colour);

}  // namespace splicebench
