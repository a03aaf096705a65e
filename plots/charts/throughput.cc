// Throughput over chunk size: a panel per path, a line with its interval band per mode.

#include <fmt/format.h>

#include "plots/data/series.h"
#include "plots/data/text.h"

namespace splicebench {

namespace {

Chart compute(const ChartInput& input) {
  Chart chart;
  chart.title = "Throughput over chunk size";
  chart.note = summary_note(input.results) + "; decimal prefixes: GB = 10⁹ bytes";
  ChartPart part;
  Prefixed unit;
  // Once to learn the prefix of the largest figure, once in its unit.
  for (int pass = 0; pass < 2; ++pass) {
    std::vector<std::vector<CasePoint>> points;
    for (const Result& result : input.results) {
      points.push_back(figure_points(result, &CaseFigures::throughput, unit.factor, digits_text,
                                     kNoBreak + unit.unit));
    }
    part.panels = path_panels(chart, input, points, "no good sample of this path");
    if (pass == 0) unit = speed_unit(highest(part.panels));
  }
  if (points_of(part.panels).empty()) {
    return nothing_to_draw(chart.title, "no case has a good sample");
  }
  const std::string label = fmt::format("throughput ({})", unit.unit);
  chart.note += give_axes(part, kHigherIsBetter, [&](const std::vector<ChartPanel>& panels) {
    return value_axis(panels, label);
  });
  chart.x = chunk_axis(chunks_of(input.results));
  chart.parts = {part};
  return chart;
}

const RegisterChart registered({10, "throughput",
                                "throughput over chunk size, a line with its interval per mode",
                                compute});

}  // namespace

}  // namespace splicebench
