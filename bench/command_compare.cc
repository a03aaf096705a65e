#include <fmt/format.h>

#include <cstdio>
#include <memory>
#include <string>
#include <vector>

#include "bench/command.h"
#include "results/compare_inputs.h"
#include "results/error.h"
#include "results/print_comparison.h"
#include "results/table_builder.h"

namespace splicebench {

namespace {

struct CompareFlags {
  ComparisonOptions options;
  std::string format = "text";
  std::vector<std::string> inputs;
};

int compare(const CompareFlags& flags) {
  const std::vector<CompareInput> inputs = parse_inputs(flags.inputs);
  TableBuilder builder(flags.options);
  for (const CompareInput& input : inputs) {
    builder.start_file(input.label);
    const ReadReport report = read_input(input, builder);
    for (const std::string& message : report.messages) fmt::print(stderr, "{}\n", message);
  }
  const Comparison comparison = builder.build();
  std::vector<std::string> warnings;
  const std::string text = flags.format == "csv" ? comparison_csv(comparison, warnings)
                                                 : comparison_text(comparison);
  std::fwrite(text.data(), 1, text.size(), stdout);
  for (const std::string& warning : warnings) fmt::print(stderr, "{}\n", warning);
  return 0;
}

}  // namespace

void add_compare(CLI::App& app, Action& action) {
  const std::shared_ptr<CompareFlags> flags = std::make_shared<CompareFlags>();
  CLI::App* const command = app.add_subcommand("compare", "Compare results as benchstat does");
  command->add_option("--table", flags->options.table);
  command->add_option("--row", flags->options.row);
  command->add_option("--col", flags->options.column);
  command->add_option("--ignore", flags->options.ignore);
  command->add_option("--filter", flags->options.filter);
  command->add_option("--alpha", flags->options.alpha);
  command->add_option("--confidence", flags->options.confidence);
  command->add_option("--format", flags->format);
  command->add_flag_callback("--benchstat-ties", [flags] { flags->options.tied_tail = TiedTail::kBenchstat; });
  command->add_option("input", flags->inputs)->required();
  command->callback([flags, &action] { action = [flags] { return compare(*flags); }; });
}

}  // namespace splicebench
