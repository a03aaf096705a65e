// splicebench report RESULT [OLD]: one HTML page.

#include <fmt/format.h>

#include <filesystem>
#include <memory>

#include "bench/commands/command.h"
#include "bench/commands/standard_streams.h"
#include "plots/page/report.h"
#include "results/files/error.h"
#include "results/files/write_file.h"
#include "results/json/result_json.h"

namespace splicebench {

namespace {

struct ReportOptions {
  std::string result;
  std::string older;
  std::string output;
};

/// Beside where the user is, not where the result lies: that directory may be somebody else's.
std::string default_output(const std::string& result) {
  return std::filesystem::path(result).stem().string() + ".html";
}

int report(const ReportOptions& options) {
  ReportInput input;
  input.result = read_result(options.result);
  input.file = options.result;
  if (!options.older.empty()) {
    input.older = read_result(options.older);
    input.older_file = options.older;
  }
  const std::string output =
      options.output.empty() ? default_output(options.result) : options.output;
  std::vector<std::string> inputs{options.result};
  if (!options.older.empty()) inputs.push_back(options.older);
  require_output({output, "--output", kPageMark}, inputs);
  write_file_atomically(output, report_page(input));
  print_what_is_kept(output + "\n", output);
  return 0;
}

}  // namespace

void add_report(CLI::App& app, Action& action) {
  const std::shared_ptr<ReportOptions> options = std::make_shared<ReportOptions>();
  CLI::App* command = app.add_subcommand(
      "report", "Write one HTML page about a result, and what changed since an older one");
  command->add_option("RESULT", options->result, "Result file of 'splicebench run' or 'ping'")
      ->required();
  command->add_option("OLD", options->older, "An older result of 'run' to compare with");
  command
      ->add_option("-o,--output", options->output,
                   "The page (default: RESULT's name with .html, here)")
      ->type_name("FILE");
  command->callback([options, &action] { action = [options] { return report(*options); }; });
}

}  // namespace splicebench
