#include "plots/testing/drawn.h"

#include <gtest/gtest.h>

#include <cstdio>
#include <memory>
#include <sstream>
#include <stdexcept>

#include "plots/data/theme.h"
#include "plots/gnuplot/gnuplot.h"

namespace splicebench::testing {

Drawn draw(const std::string& name, const std::vector<Result>& results, const ChartStyle& style) {
  std::vector<std::string> labels;
  for (std::size_t i = 0; i < results.size(); ++i) {
    labels.push_back(std::string(1, static_cast<char>('A' + i)) + ".json");
  }
  const ChartInput input = chart_input(results, labels);
  for (const ChartType& type : charts()) {
    if (type.name != name) continue;
    const Chart chart = compute(type, input);
    if (chart.parts.empty()) return {chart.title, "", chart.missing, {}};
    const Drawing drawing = draw(chart, input, style);
    return {chart.title, drawing.script, "", drawing};
  }
  throw std::runtime_error("no chart " + name);
}

SvgChart draw_svg(const std::string& name, const std::vector<Result>& results,
                  const ChartStyle& style) {
  return read_svg(
      render(draw(name, results, style).drawing, PictureFormat::svg, style.dark, run_gnuplot));
}

const std::string& colour(int slot) { return theme(false).modes[static_cast<std::size_t>(slot)]; }

double label_y(const SvgChart& chart, const std::string& text) {
  for (const SvgText& one : chart.texts) {
    if (one.text == text) return one.y;
  }
  ADD_FAILURE() << "no label '" << text << "'";
  return 0;
}

SyntheticOptions one_path() {
  SyntheticOptions options;
  options.paths = {"tcp-to-tcp"};
  return options;
}

int ends_outside(const std::string& script) {
  int outside = 0;
  double low = 0;
  double high = 0;
  std::istringstream lines(script);
  for (std::string line; std::getline(lines, line);) {
    if (std::sscanf(line.c_str(), "set yrange [%lf:%lf]", &low, &high) == 2) continue;
    double x = 0;
    double centre = 0;
    double from = 0;
    double to = 0;
    if (std::sscanf(line.c_str(), "%lf %lf %lf %lf", &x, &centre, &from, &to) < 4) continue;
    if (from < low || to > high) ++outside;
  }
  return outside;
}

Result pings(double slower) {
  Result result;
  result.options.chunks = {1024, 4096};
  result.options.modes = {"splice"};
  result.ping.emplace();
  for (const std::int64_t size : result.options.chunks) {
    PingCase one;
    one.id = {"tcp-to-tcp", size, "splice"};
    for (std::int64_t round = 0; round < 10; ++round) {
      PingBlock block;
      block.round = round;
      const std::unique_ptr<HistogramCounts> counts = std::make_unique<HistogramCounts>();
      const std::uint64_t time = static_cast<std::uint64_t>(round < 4 ? 50000 * slower : 50000);
      (*counts)[histogram_bucket(time)] = 2000;
      block.times = Histogram(*counts, time);
      block.seconds = 0.1;
      one.blocks.push_back(std::move(block));
    }
    result.ping->cases.push_back(std::move(one));
  }
  return result;
}

}  // namespace splicebench::testing
