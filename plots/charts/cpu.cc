// CPU seconds per GB, stacked: who spent them. Hue is the mode, tone the process.

#include <fmt/format.h>

#include "plots/data/series.h"
#include "plots/data/text.h"

namespace splicebench {

namespace {

std::vector<CasePoint> points_of_result(const Result& result) {
  std::vector<CasePoint> points;
  for (const CaseFigures& one : figures_of(result)) {
    if (!one.cpu || is_floor_mode(one.id.mode)) continue;
    const CpuShares& cpu = *one.cpu;
    ChartPoint point{static_cast<double>(one.id.chunk), cpu.total()};
    point.layers = {cpu.relay_user, cpu.relay_system, cpu.peers, cpu.rest.value_or(0)};
    point.value = digits_text(cpu.total()) + kNoBreak + "s/GB";
    point.range =
        fmt::format("relay {}, peers {}, rest {}", digits_text(cpu.relay_user + cpu.relay_system),
                    digits_text(cpu.peers), cpu.rest ? digits_text(*cpu.rest) : "not known");
    point.count = count_text(one.good);
    points.push_back({one.id, std::move(point)});
  }
  return points;
}

Chart compute(const ChartInput& input) {
  Chart chart;
  chart.title = "CPU time per GB delivered";
  chart.note =
      "all rounds of a case together; GB = 10⁹ bytes; each bar is a mode, "
      "stacked by who spent the time";
  chart.kind = ChartKind::stack;
  chart.layers = {"relay, user", "relay, system", "writer and reader", "rest of the system"};
  std::vector<std::vector<CasePoint>> points;
  for (const Result& result : input.results) points.push_back(points_of_result(result));
  ChartPart part;
  part.panels = path_panels(chart, input, points, "no good sample of this path");
  chart.note += give_axes(part, kLowerIsBetter, [](const std::vector<ChartPanel>& panels) {
    return value_axis(panels, "CPU time (s/GB)");
  });
  if (highest(part.panels) <= 0) return nothing_to_draw(chart.title, "no sample has CPU times");
  chart.x = chunk_axis(chunks_of(input.results));
  chart.parts = {part};
  return chart;
}

const RegisterChart registered({30, "cpu",
                                "CPU seconds per GB: relay, peers and the rest of the system",
                                compute});

}  // namespace

}  // namespace splicebench
