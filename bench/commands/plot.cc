// splicebench plot RESULT...: charts of result files.

#include <fmt/format.h>

#include <algorithm>
#include <memory>

#include "bench/commands/command.h"
#include "bench/commands/gnuplot_process.h"
#include "bench/commands/standard_streams.h"
#include "bench/matrix/checks.h"
#include "plots/data/text.h"
#include "plots/gnuplot/plot_files.h"
#include "results/files/error.h"
#include "results/json/result_json.h"

namespace splicebench {

namespace {

struct PlotOptions {
  std::vector<std::string> files;
  std::string directory = ".";
  std::vector<std::string> formats{"svg", "png"};
  std::vector<std::string> charts;
  int width = ChartStyle{}.width;
  int height = 0;  // 0: as many as needed
  bool dark = false;
  bool keep_scripts = false;
};

std::string list_of_charts() {
  std::string list = "Charts:\n";
  for (const ChartType& chart : charts()) {
    list += fmt::format("  {:<12}{}\n", chart.name, chart.shows);
  }
  return list;
}

PlotRequest request_of(const PlotOptions& options) {
  PlotRequest request;
  for (const std::string& file : options.files) {
    request.results.push_back(read_result(file));
  }
  request.files = options.files;
  request.labels = short_names(options.files);
  request.style.width = options.width;
  if (options.height > 0) request.style.height = options.height;
  request.style.dark = options.dark;
  for (const std::string& chart : options.charts) {
    if (std::count(options.charts.begin(), options.charts.end(), chart) > 1)
      throw UsageError(fmt::format("--charts: '{}' is given twice; name it once", chart));
  }
  request.charts = options.charts;
  request.formats.clear();
  for (const std::string& format : options.formats) {
    request.formats.push_back(format == "svg" ? PictureFormat::svg : PictureFormat::png);
  }
  request.directory = options.directory;
  request.keep_scripts = options.keep_scripts;
  return request;
}

int plot(const PlotOptions& options) {
  if (options.directory == "-")
    throw UsageError("--output: standard output takes no file; name a directory");
  const PlotRequest request = request_of(options);
  const PlotReport report = write_charts(request, find_gnuplot());
  std::string text;
  for (const std::string& file : report.files) text += file + "\n";
  for (const std::string& missing : report.missing) text += fmt::format("left out: {}\n", missing);
  print_what_is_kept(text, options.directory);
  return 0;
}

}  // namespace

void add_plot(CLI::App& app, Action& action) {
  const std::shared_ptr<PlotOptions> options = std::make_shared<PlotOptions>();
  CLI::App* command = app.add_subcommand("plot", "Draw charts of result files");
  command->add_option("RESULT", options->files, "Result files of 'splicebench run', oldest first")
      ->required();
  command->add_option("-o,--output", options->directory, "Directory for the charts")
      ->capture_default_str()
      ->type_name("DIR");
  command->add_option("--format", options->formats, "Formats of the pictures")
      ->delimiter(',')
      ->check(one_of("format", {"svg", "png"}))
      ->capture_default_str();
  command->add_option("--charts", options->charts, "Charts to draw (default: all that apply)")
      ->delimiter(',')
      ->type_name("NAME,...");
  command->add_option("--width", options->width, "Width in pixels")
      ->check(whole(240, 8000))
      ->capture_default_str();
  command->add_option("--height", options->height, "Height in pixels (default: as needed)")
      ->check(whole(200, 8000));
  command->add_flag("--dark", options->dark, "Light on dark");
  command->add_flag("--keep-scripts", options->keep_scripts,
                    "Also write the gnuplot script of each chart, with its data");
  command->footer(list_of_charts());
  command->callback([options, &action] { action = [options] { return plot(*options); }; });
}

}  // namespace splicebench
