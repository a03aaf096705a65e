#include "plots/gnuplot/elements.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace splicebench {

void Elements::add(const Points& points, double shift, const std::string& style) {
  std::string rows;
  for (const ChartPoint& point : points) {
    rows += fmt::format("{:.10g} {:.10g}", point.x * shift, point.y);
    if (point.has_interval()) rows += fmt::format(" {} {}", point.low, point.high);
    rows += '\n';
  }
  add(rows, style);
}

void Elements::add(const std::string& rows, const std::string& style) {
  if (rows.empty()) return;
  const std::string name = fmt::format("$d{}", elements_.size());
  canvas_.add(fmt::format("{} << EOD\n{}EOD", name, rows));
  elements_.push_back(fmt::format("{} {} notitle", name, style));
}

void Elements::plot() { canvas_.add(fmt::format("plot {}", fmt::join(elements_, ", \\\n  "))); }

}  // namespace splicebench
