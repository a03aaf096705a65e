#include "results/formats/compare_inputs.h"

#include <fmt/format.h>

#include <filesystem>
#include <map>
#include <set>
#include <system_error>
#include <utility>

#include "results/files/error.h"
#include "results/files/input.h"
#include "results/formats/go_text.h"
#include "results/json/benchmark_json.h"

namespace splicebench {

namespace {

/// A file that stands twice in a column has each of its samples counted twice.
void require_different(const std::vector<CompareInput>& inputs) {
  std::set<std::pair<std::string, std::string>> known;
  for (const CompareInput& input : inputs) {
    std::error_code unknown;
    const std::string file = std::filesystem::weakly_canonical(input.path, unknown);
    if (known.emplace(input.label, unknown ? input.path : file).second) continue;
    throw UsageError(
        fmt::format("'{}={}' is given twice, which would count its samples twice; give it once, or "
                    "under two labels",
                    input.label, input.path));
  }
}

}  // namespace

std::vector<CompareInput> parse_inputs(const std::vector<std::string>& arguments) {
  std::vector<CompareInput> inputs;
  std::map<std::string, std::size_t> unlabelled;
  std::size_t standard_inputs = 0;
  for (const std::string& argument : arguments) {
    const std::size_t equals = argument.find('=');
    CompareInput input{argument.substr(0, equals), argument};
    if (equals == std::string::npos) {
      ++unlabelled[argument];
    } else {
      input.path = argument.substr(equals + 1);
    }
    if (input.path.empty()) {
      throw UsageError(fmt::format("'{}': no file name; give a path or label=path", argument));
    }
    if (input.path == "-" && ++standard_inputs > 1) {
      throw UsageError("'-' stands for standard input, which can be read only once; name it once");
    }
    inputs.push_back(std::move(input));
  }
  std::map<std::string, std::size_t> number;
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    const bool labelled = arguments[i].find('=') != std::string::npos;
    if (labelled || unlabelled[arguments[i]] < 2) continue;
    inputs[i].label += fmt::format("#{}", number[arguments[i]]++);
  }
  require_different(inputs);
  return inputs;
}

namespace {

void add_notes(const ReadReport& report, const CompareInput& input,
               std::vector<std::string>& notes) {
  notes.insert(notes.end(), report.messages.begin(), report.messages.end());
  const std::uint64_t more = report.messages_total - report.messages.size();
  if (more > 0) notes.push_back(fmt::format("{}: {} more messages of this kind", input.path, more));
  if (report.records == 0) {
    notes.push_back(fmt::format("{}: empty, nothing of it is compared", input.path));
  } else if (report.unended) {
    notes.push_back(
        fmt::format("{}: the last line is not ended; if the file was cut off there, "
                    "its last figure is wrong",
                    input.path));
  }
}

[[noreturn]] void fail_without_records(const ReadReport& report, const CompareInput& input) {
  if (!report.messages.empty()) {
    throw UsageError(fmt::format("{}; none of its {} lines holds a result that can be used",
                                 report.messages.front(), report.lines));
  }
  throw UsageError(
      fmt::format("{}: no benchmark result in {} lines; give the output of "
                  "'go test -bench', or JSON of splicebench or Google Benchmark",
                  input.path, report.lines));
}

/// What benchstat takes of Go's text says nothing of results: a level of 0 or 1, at which nothing
/// or everything is a difference, and one column of all that was given.
void require_for_results(const ComparisonOptions& options, const std::string& path) {
  for (const auto& [flag, value] :
       {std::pair("--alpha", options.alpha), std::pair("--confidence", options.confidence)}) {
    if (value > 0 && value < 1) continue;
    throw UsageError(
        fmt::format("{}: {} is not between 0 and 1; its ends are for what benchstat compares, and "
                    "{} is a result",
                    flag, value, path));
  }
  if (options.column.empty()) {
    throw UsageError(fmt::format(
        "--col: is empty, which would mix all that {} holds; name a key, e.g. /mode", path));
  }
}

/// Names the first p that repeats benchstat's and is not the right one.
void note_mirrored(const Comparison& comparison, std::vector<std::string>& notes) {
  std::size_t count = 0;
  std::string first;
  for (const ComparisonTable& table : comparison.tables) {
    for (const TableRow& row : table.rows) {
      for (const std::optional<TableCell>& cell : row.cells) {
        if (!cell || !cell->comparison || !cell->comparison->mirrored) continue;
        if (++count == 1) first = fmt::format("{} {}", table.unit, row.label);
      }
    }
  }
  if (count == 0) return;
  notes.push_back(
      fmt::format("{} ({}) is benchstat's, which is wrong for tied samples of unequal size and "
                  "loses a very small one; --exact-ties prints the right one",
                  count == 1 ? "one p" : fmt::format("p of {} cells", count),
                  count == 1 ? first : "the first: " + first));
}

}  // namespace

Comparison compare_inputs(const ComparisonOptions& options, const std::vector<CompareInput>& inputs,
                          std::vector<std::string>& notes) {
  TableBuilder builder(options);
  for (const std::string& key : builder.unknown_keys()) {
    notes.push_back(
        fmt::format("{}: no such key, it is empty everywhere; the keys with a dot are "
                    ".name, .fullname, .file and .config",
                    key));
  }
  bool own = true;
  for (const CompareInput& input : inputs) {
    builder.start_file(input.label);
    const ReadReport report = read_input(input, builder);
    if (report.records == 0 && report.lines > 0) fail_without_records(report, input);
    add_notes(report, input, notes);
    own = own && report.own == report.records;
    if (report.own > 0) require_for_results(options, input.path);
  }
  if (builder.measurements_seen() == 0) {
    throw UsageError(
        fmt::format("{}: empty; give a file with benchmark results", inputs.front().path));
  }
  if (builder.measurements_kept() == 0) {
    throw UsageError(
        fmt::format("--filter '{}' and the fixed orders of the projections leave none "
                    "of {} figures; widen them",
                    options.filter, builder.measurements_seen()));
  }
  for (const auto& [flag, key] : builder.absent_keys()) {
    if (!key.starts_with('/')) {
      throw UsageError(
          fmt::format("{}: no result has the key '{}'; write /{} for a part of the name, or one of "
                      ".name, .fullname, .file and .config",
                      flag, key, key));
    }
    notes.push_back(fmt::format("{} {}: no name has it, it is empty everywhere", flag, key));
  }
  Comparison comparison = builder.build();
  comparison.decimal_rates = own;
  note_mirrored(comparison, notes);
  return comparison;
}

ReadReport read_input(const CompareInput& input, RecordSink& sink) {
  const std::unique_ptr<ByteSource> source = open_source(input.path);
  Window window(*source);
  while (window.view().empty() && window.fill()) {
  }
  // A byte order mark is no part of either format.
  while (window.view().size() < 3 && window.fill()) {
  }
  if (window.view().starts_with("\xEF\xBB\xBF")) window.consume(3);
  const std::size_t first = window.view().find_first_not_of(" \t\r\n");
  const bool json = first != std::string_view::npos && window.view()[first] == '{';
  return json ? read_benchmark_json(window, input.path, sink)
              : read_go_text(window, input.path, sink);
}

}  // namespace splicebench
