// What a system call of the relay moves, and how many calls a MiB takes.

#include "plots/data/series.h"
#include "plots/data/text.h"

namespace splicebench {

namespace {

struct Quantity {
  std::string name;
  std::string title;
  std::string axis;
  Figure figure;
  double factor;
  double base;  ///< of the log axis
  std::string unit;
  std::string better;
};

const Quantity kQuantities[] = {
    {"bytes-per-call", "Bytes per system call", "KiB per call", &CaseFigures::bytes_per_call,
     1.0 / 1024, 4, "\u00A0KiB", kHigherIsBetter},
    {"calls-per-mib", "System calls per MiB", "calls per MiB", &CaseFigures::calls_per_mib, 1, 10,
     "", kLowerIsBetter},
};

Chart compute(const ChartInput& input) {
  Chart chart;
  chart.title = "Bytes per system call, and calls per MiB";
  chart.note = summary_note(input.results) +
               "; a call that moves nothing, waiting included, counts only in calls per MiB";
  for (const Quantity& quantity : kQuantities) {
    std::vector<std::vector<CasePoint>> points;
    for (const Result& result : input.results) {
      points.push_back(
          figure_points(result, quantity.figure, quantity.factor, digits_text, quantity.unit));
      // A logarithm of 0 there is not.
      std::erase_if(points.back(), [](const CasePoint& one) { return one.point.y <= 0; });
    }
    ChartPart part{quantity.name, quantity.title};
    part.panels = path_panels(chart, input, points, "no call counted");
    if (points_of(part.panels).empty()) {
      return nothing_to_draw(chart.title, "no relay made a system call that moves bytes");
    }
    give_axes(part, quantity.better, [&](const std::vector<ChartPanel>& panels) {
      return log_axis(panels, quantity.base, quantity.axis);
    });
    chart.parts.push_back(std::move(part));
  }
  // Four paths side by side, so that a path's two panels stand one above the other.
  chart.abreast = chart.group;
  chart.x = chunk_axis(chunks_of(input.results));
  return chart;
}

const RegisterChart registered({40, "calls", "effective bytes per system call, and calls per MiB",
                                compute});

}  // namespace

}  // namespace splicebench
