// splicebench history RESULT...: the trend over results, and where it changes.

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <memory>
#include <string>
#include <system_error>
#include <vector>

#include "bench/commands/arguments.h"
#include "bench/commands/command.h"
#include "bench/commands/standard_streams.h"
#include "bench/matrix/checks.h"
#include "harness/system/say.h"
#include "plots/page/history/history_page.h"
#include "results/files/error.h"
#include "results/files/write_file.h"
#include "results/json/history/history_json.h"
#include "results/json/result_json.h"
#include "results/tables/history/history_tables.h"

namespace splicebench {

namespace {

struct HistoryFlags {
  std::vector<std::string> arguments;
  std::string format = "text";
  std::string metric;
  std::string picture;
  std::string page;
  bool details = false;
  bool across = false;
};

/// The results in `directory`, not in those below, by name.
std::vector<std::string> results_in(const std::string& directory) {
  std::vector<std::string> files;
  std::error_code error;
  for (std::filesystem::directory_iterator one(directory, error), end; !error && one != end;
       one.increment(error)) {
    if (one->path().extension() == ".json") files.push_back(one->path().string());
  }
  if (error) throw UsageError(fmt::format("{} cannot be read: {}", directory, error.message()));
  if (files.empty())
    throw UsageError(fmt::format("{}: there is no result (*.json) in this directory", directory));
  std::sort(files.begin(), files.end());
  return files;
}

std::vector<std::string> files_of(const std::vector<std::string>& arguments) {
  std::vector<std::string> files;
  for (const std::string& one : arguments) {
    std::error_code error;
    if (!std::filesystem::is_directory(one, error)) {
      files.push_back(one);
      continue;
    }
    for (std::string& file : results_in(one)) files.push_back(std::move(file));
  }
  return files;
}

std::string formatted(const HistoryFlags& flags, const History& history) {
  if (flags.format == "json") return history_json(history);
  if (flags.format == "csv") return history_csv(history);
  if (flags.format == "markdown") return history_markdown(history);
  return flags.details ? history_details(history, stdout_colour(), stdout_width())
                       : history_screen(history, stdout_colour());
}

int print_history(const HistoryFlags& flags) {
  if (flags.details && flags.format != "text") {
    throw UsageError(
        fmt::format("--details: --format {} has every case; leave it out", flags.format));
  }
  const std::vector<std::string> files = files_of(flags.arguments);
  if (!flags.picture.empty()) require_output({flags.picture, "--plot", kHistoryPictureMark}, files);
  if (!flags.page.empty()) require_output({flags.page, "--page", kHistoryPageMark}, files);
  const auto place = [](const std::string& file) {
    return std::filesystem::weakly_canonical(std::filesystem::absolute(file));
  };
  if (!flags.page.empty() && !flags.picture.empty() && place(flags.page) == place(flags.picture))
    throw UsageError(fmt::format("--page: {} is the file of --plot; name another", flags.page));
  std::vector<HistoryInput> inputs;
  inputs.reserve(files.size());
  for (const std::string& file : files)
    inputs.push_back(history_input(file, read_result(file), flags.metric));
  const History history = history_of(std::move(inputs), flags.across);
  if (!flags.picture.empty()) write_file_atomically(flags.picture, history_picture(history));
  if (!flags.page.empty()) write_file_atomically(flags.page, history_page(history));
  print_only(formatted(flags, history));
  return 0;
}

}  // namespace

void add_history(CLI::App& app, Action& action) {
  const std::shared_ptr<HistoryFlags> flags = std::make_shared<HistoryFlags>();
  CLI::App& command = *app.add_subcommand(
      "history", "The trend of each case over results in order of date, and changes that hold");
  command
      .add_option("RESULT", flags->arguments,
                  "Result files of 'splicebench run' or 'ping', or directories of them")
      ->required();
  const std::vector<std::string> formats{"text", "markdown", "json", "csv"};
  command
      .add_option("--format", flags->format,
                  fmt::format("of standard output: {}", fmt::join(formats, ", ")))
      ->check(one_of("format", formats))
      ->capture_default_str();
  add_metric(command, flags->metric);
  command.add_option("--plot", flags->picture, "write the trends as a picture (SVG) to this file")
      ->check(filled("name the file to write"))
      ->type_name("FILE");
  command.add_option("--page", flags->page, "write one HTML page to this file")
      ->check(filled("name the file to write"))
      ->type_name("FILE");
  command.add_flag("--details", flags->details, "the trend of every case");
  command.add_flag("--across", flags->across, "mix machines, kernels and conditions");
  add_colour(command);
  command.callback([flags, &action] { action = [flags] { return print_history(*flags); }; });
}

}  // namespace splicebench
