#include "plots/gnuplot/plot_files.h"

#include <fmt/format.h>

#include <filesystem>
#include <system_error>
#include <utility>

#include "results/files/error.h"
#include "results/files/write_file.h"
#include "results/text/program_name.h"

namespace splicebench {

namespace {

struct NamedDrawing {
  std::string name;
  Drawing drawing;
};

const ChartType& chart_named(const std::string& name) {
  std::vector<std::string> known;
  for (const ChartType& chart : charts()) {
    if (chart.name == name) return chart;
    known.push_back(chart.name);
  }
  throw UsageError(
      fmt::format("--charts: no chart '{}'; choose from {}", name, fmt::join(known, ", ")));
}

/// The results of the kind that `type` draws: the others have nothing to say in it.
ChartInput of_its_kind(const ChartType& type, const PlotRequest& request) {
  std::vector<Result> results;
  std::vector<std::string> labels;
  for (std::size_t i = 0; i < request.results.size(); ++i) {
    if (request.results[i].ping.has_value() != type.of_round_trips) continue;
    results.push_back(request.results[i]);
    labels.push_back(request.labels[i]);
  }
  return chart_input(std::move(results), std::move(labels));
}

std::vector<NamedDrawing> draw_named(const PlotRequest& request) {
  std::vector<NamedDrawing> drawings;
  for (const std::string& name : request.charts) {
    const ChartType& type = chart_named(name);
    const ChartInput input = of_its_kind(type, request);
    if (input.results.empty()) {
      throw UsageError(
          fmt::format("chart '{}' has nothing to show: it is of results of "
                      "'{} {}', and there is none among {}",
                      name, program_name(), type.of_round_trips ? "ping" : "run",
                      fmt::join(request.labels, ", ")));
    }
    const Chart chart = compute(type, input);
    if (chart.parts.empty()) {
      throw UsageError(fmt::format("chart '{}' has nothing to show: {}", name, chart.missing));
    }
    drawings.push_back({name, draw(chart, input, request.style)});
  }
  return drawings;
}

std::vector<NamedDrawing> draw_all(const PlotRequest& request, PlotReport& report) {
  std::vector<NamedDrawing> drawings;
  for (const ChartType& type : charts()) {
    const ChartInput input = of_its_kind(type, request);
    if (input.results.empty()) continue;
    const Chart chart = compute(type, input);
    if (!chart.parts.empty()) {
      drawings.push_back({type.name, draw(chart, input, request.style)});
    } else if (chart.applies) {
      report.missing.push_back(fmt::format("{}: {}", type.name, chart.missing));
    }
  }
  if (drawings.empty()) {
    throw UsageError(
        fmt::format("{}: no good sample in it, so there is nothing to draw; look at "
                    "its errors and measure again",
                    fmt::join(request.labels, ", ")));
  }
  return drawings;
}

/// A directory and those above it, made where they are missing; what is empty at the end goes
/// again, so that charts that fail leave nothing.
class OutputDirectory {
 public:
  explicit OutputDirectory(const std::filesystem::path& path) {
    std::error_code error;
    for (std::filesystem::path one = path; !one.empty() && !std::filesystem::exists(one, error);
         one = one.parent_path()) {
      made_.push_back(one);
    }
    std::filesystem::create_directories(path, error);
    if (!error && std::filesystem::is_directory(path)) return;
    throw UsageError(
        fmt::format("--output '{}' is no directory and cannot be made one: {}; name a "
                    "directory, or a place for one",
                    path.string(), error.message()));
  }
  ~OutputDirectory() {
    std::error_code not_empty;
    for (const std::filesystem::path& one : made_) std::filesystem::remove(one, not_empty);
  }
  OutputDirectory(const OutputDirectory&) = delete;
  OutputDirectory& operator=(const OutputDirectory&) = delete;

 private:
  std::vector<std::filesystem::path> made_;  ///< innermost first
};

}  // namespace

PlotReport write_charts(const PlotRequest& request, const Gnuplot& gnuplot) {
  PlotReport report;
  const std::vector<NamedDrawing> drawings =
      request.charts.empty() ? draw_all(request, report) : draw_named(request);

  const std::filesystem::path directory(request.directory);
  const OutputDirectory made(directory);
  for (const NamedDrawing& one : drawings) {
    for (const PictureFormat format : request.formats) {
      require_output(
          {directory / (one.name + "." + extension_of(format)), "--output", mark_of(format)},
          request.files);
    }
    if (request.keep_scripts) {
      require_output({directory / (one.name + ".gp"), "--output", kScriptMark}, request.files);
    }
  }
  std::vector<std::pair<std::string, std::string>> files;  // path, bytes
  for (const NamedDrawing& one : drawings) {
    for (const PictureFormat format : request.formats) {
      files.emplace_back(directory / (one.name + "." + extension_of(format)),
                         render(one.drawing, format, request.style.dark, gnuplot));
    }
    if (request.keep_scripts) {
      const PictureFormat format = request.formats.front();
      files.emplace_back(directory / (one.name + ".gp"),
                         whole_script(one.drawing, format, request.style.dark,
                                      one.name + "." + extension_of(format)));
    }
  }
  for (const auto& [path, bytes] : files) require_replaceable(path);
  for (const auto& [path, bytes] : files) {
    write_file_atomically(path, bytes);
    report.files.push_back(path);
  }
  return report;
}

}  // namespace splicebench
