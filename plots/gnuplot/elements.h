#pragma once

#include <string>
#include <vector>

#include "plots/data/chart.h"
#include "plots/gnuplot/canvas.h"

namespace splicebench {

using Points = std::vector<ChartPoint>;

/// Names data blocks and collects the plot elements that read them, to be drawn in one plot.
class Elements {
 public:
  /// Of the current panel of `canvas`, which must live as long.
  explicit Elements(Canvas& canvas) : canvas_(canvas) {}

  /// Columns of the block: x times `shift`, y, low, high. `style` is gnuplot's "using" and "with".
  void add(const Points& points, double shift, const std::string& style);
  void add(const std::string& rows, const std::string& style);
  void plot();

 private:
  Canvas& canvas_;
  std::vector<std::string> elements_;
};

}  // namespace splicebench
