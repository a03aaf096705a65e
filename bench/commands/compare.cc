#include <fmt/format.h>
#include <fmt/ranges.h>
#include <unistd.h>

#include <cstdio>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "bench/commands/command.h"
#include "bench/commands/standard_streams.h"
#include "bench/matrix/checks.h"
#include "harness/system/say.h"
#include "results/compare/gate.h"
#include "results/compare/table_builder.h"
#include "results/files/error.h"
#include "results/formats/compare_inputs.h"
#include "results/json/comparison_json.h"
#include "results/json/paired_json.h"
#include "results/json/result_json.h"
#include "results/tables/print_comparison.h"
#include "results/tables/print_paired.h"
#include "results/text/program_name.h"
#include "results/verdict/ping_verdict.h"

namespace splicebench {

namespace {

struct CompareFlags {
  ComparisonOptions options;
  std::string format = "text";
  std::vector<std::string> fail_on;
  bool strict = false;
  bool changed = false;
  bool exact_ties = false;
  std::string paired;
  std::vector<std::string> inputs;
};

void print_lines(const std::vector<std::string>& lines) {
  for (const std::string& line : lines) say(line);
}

std::string formatted(const CompareFlags& flags, const Comparison& comparison,
                      const std::optional<GateReport>& gate, std::vector<std::string>& warnings) {
  if (flags.format == "csv") return comparison_csv(comparison, warnings);
  if (flags.format == "json") return comparison_json(comparison, gate, flags.strict);
  const std::string rate = gate ? fmt::format("\n--fail-on: {}\n", gate_rate(*gate)) : "";
  if (flags.format == "markdown") return comparison_markdown(comparison) + rate;
  return comparison_text(comparison) + rate;
}

/// Prints what was found, the rows beyond a limit last. The exit status.
int report_gate(const GateReport& gate, bool strict) {
  for (const std::string& warning : gate.warnings) {
    say(fmt::format("{}: {}", strict ? "error" : "warning", warning));
  }
  for (const GateFailure& failure : gate.failures) say(format_failure(failure));
  return gate.passed(strict) ? 0 : 1;
}

/// text and csv are benchstat's, its wrong p included; a gate and other formats are not held to it.
bool is_as_benchstat(const CompareFlags& flags) {
  return flags.paired.empty() && flags.fail_on.empty() &&
         (flags.format == "text" || flags.format == "csv");
}

ComparisonOptions options_of(const CompareFlags& flags) {
  ComparisonOptions options = flags.options;
  if (is_as_benchstat(flags) && !flags.exact_ties) options.tied_tail = TiedTail::kBenchstat;
  return options;
}

/// benchstat takes 0 and 1, at which nothing or everything is a difference.
void require_shares(const CompareFlags& flags) {
  if (is_as_benchstat(flags)) return;
  for (const auto& [flag, value] : {std::pair("--alpha", flags.options.alpha),
                                    std::pair("--confidence", flags.options.confidence)}) {
    if (value > 0 && value < 1) continue;
    throw UsageError(
        fmt::format("{}: {} is not between 0 and 1; its ends are for benchstat's own text and csv",
                    flag, value));
  }
}

int compare_files(const CompareFlags& flags) {
  std::vector<GateLimit> limits;
  for (const std::string& text : flags.fail_on) limits.push_back(parse_gate_limit(text));
  std::vector<std::string> notes;
  Comparison comparison = compare_inputs(options_of(flags), parse_inputs(flags.inputs), notes);
  std::optional<GateReport> gate;
  if (!limits.empty()) gate = evaluate_gate(comparison, limits);
  if (flags.changed) notes.push_back("--changed: " + keep_changed(comparison));
  print_lines(notes);
  if (flags.format != "json" && ::isatty(STDOUT_FILENO) != 0) tame_names(comparison);
  std::vector<std::string> warnings;
  print_only(formatted(flags, comparison, gate, warnings));
  print_lines(warnings);
  return gate ? report_gate(*gate, flags.strict) : 0;
}

int compare_modes(const CompareFlags& flags) {
  const Result result = read_result(flags.paired);
  const double alpha = flags.options.alpha;
  const std::vector<PairedTable> tables =
      result.ping ? compare_pings(result, alpha) : compare_modes(result, alpha);
  if (tables.front().rows.empty()) {
    throw UsageError(
        fmt::format("{}: no two modes share a round, so there is nothing to pair; "
                    "measure more than one mode with: {} run --modes",
                    flags.paired, program_name()));
  }
  if (flags.format == "csv") {
    print_only(paired_csv(tables));
  } else if (flags.format == "json") {
    print_only(paired_json(tables));
  } else if (flags.format == "markdown") {
    print_only(paired_markdown(flags.paired, tables));
  } else {
    print_only(paired_text(flags.paired, tables));
  }
  return 0;
}

int compare(const CompareFlags& flags) {
  require_shares(flags);
  if (!flags.paired.empty()) {
    if (flags.inputs.empty()) return compare_modes(flags);
    throw UsageError(fmt::format("--paired: compares the modes within {}; leave {} out",
                                 flags.paired, fmt::join(flags.inputs, ", ")));
  }
  if (flags.inputs.empty()) {
    throw UsageError(fmt::format("compare: no input; give result files, e.g. {} compare OLD NEW",
                                 program_name()));
  }
  if (flags.strict && flags.fail_on.empty()) {
    throw UsageError("--strict makes the warnings of --fail-on errors; give --fail-on with it");
  }
  return compare_files(flags);
}

}  // namespace

void add_compare(CLI::App& app, Action& action) {
  const std::shared_ptr<CompareFlags> flags = std::make_shared<CompareFlags>();
  ComparisonOptions& options = flags->options;
  CLI::App& command = *app.add_subcommand(
      "compare",
      "Compare results in tables like benchstat's, or the modes of one run with --paired");
  std::vector<CLI::Option*> between_files{
      command.add_option("--table", options.table, "keys whose values get a table each"),
      command.add_option("--row", options.row, "keys of a row"),
      command.add_option("--col", options.column, "keys of a column, e.g. /mode; default .file"),
      command.add_option("--ignore", options.ignore, "keys that make no difference"),
      command.add_option("--filter", options.filter,
                         "which results, e.g. '.unit:B/s /mode:splice'"),
      command.add_option("--confidence", options.confidence, "of the intervals")->check(share()),
      command.add_flag("--exact-ties", flags->exact_ties,
                       "in text and csv too the right p of tied samples of unequal size, "
                       "where benchstat's is wrong"),
      command.add_flag("--benchstat", options.pooled,
                       "our own results, too, as benchstat takes them: every sample on its own"),
      command
          .add_option("--fail-on", flags->fail_on,
                      "exit 1 on a significant change beyond this, e.g. 'sec/op>+5%' or 5%; "
                      "corrected over all that it tests")
          ->allow_extra_args(false),
      command.add_flag("--changed", flags->changed, "only rows with a significant change"),
      command.add_flag("--strict", flags->strict, "exit 1 too where --fail-on could not tell"),
  };
  command.add_option("input", flags->inputs,
                     "[label=]path: splicebench or Google Benchmark JSON, Go text, - for stdin");
  command.add_option("--alpha", options.alpha, "differences with p above are not shown")
      ->check(share());
  command.add_option("--format", flags->format, "text, csv, json or markdown")
      ->check(one_of("format", {"text", "csv", "json", "markdown"}));
  CLI::Option* const paired = command.add_option(
      "--paired", flags->paired, "compare the modes within this result, round by round");
  for (CLI::Option* const option : between_files) paired->excludes(option);
  command.callback([flags, &action] { action = [flags] { return compare(*flags); }; });
}

}  // namespace splicebench
