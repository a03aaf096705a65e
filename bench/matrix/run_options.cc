#include "bench/matrix/run_options.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "bench/matrix/checks.h"
#include "bench/matrix/matrix.h"
#include "bench/matrix/preflight.h"
#include "bench/paths/paths.h"
#include "harness/engine/engine.h"
#include "harness/foreign/relay_command.h"
#include "harness/machine/environment.h"
#include "harness/sample/progress.h"
#include "harness/system/say.h"
#include "results/files/error.h"
#include "results/text/line.h"
#include "results/text/size.h"

namespace splicebench {

namespace {

constexpr const char* kPaths = "tcp-to-tcp,unix-to-tcp,tcp-to-file,unix-to-file";
constexpr const char* kChunks = "1KiB..1MiB";
constexpr const char* kQuickChunks = "1KiB,4KiB,16KiB,64KiB,256KiB,1MiB";
constexpr std::int64_t kQuickRounds = 10;
constexpr double kQuickMinTime = 0.02;

constexpr const char* kExamples = R"(
Examples:
  splicebench run                                      the whole matrix, about three minutes
  splicebench run --quick                              a first picture in half a minute
  splicebench run --paths tcp-to-tcp --chunks 64KiB \
      --modes generic,generic:buffer=1MiB,splice:pipe=64KiB,splice
                                                       is it the mechanism or the size?
  splicebench run --paths tcp-to-tcp --relay haproxy-splice --relay 'mine=./proxy {listen} {connect}'
                                                       other programs beside the engines
  splicebench run --resume splicebench-....json        complete a run that was interrupted
  splicebench run --link veth --paths tcp-to-tcp       across devices, in namespaces (as root)
  splicebench run --format benchfmt > new.txt          for Go's benchstat -col /mode
)";

std::string known_engines() {
  std::string text = "\nModes are engines with parameters, e.g. generic:buffer=1MiB:\n";
  for (const EngineInfo& engine : engines()) {
    text += fmt::format("  {:<8} {}\n", engine.name, engine.help);
    for (const EngineParameter& parameter : engine.parameters) {
      text += fmt::format("  {:<8}   {}={}  {}\n", "", parameter.name, parameter.form(),
                          parameter.help);
    }
  }
  text += "\nPaths:\n";
  for (const PathInfo& path : paths()) text += fmt::format("  {:<13} {}\n", path.name(), path.help);
  return text;
}

}  // namespace

std::string chunks_text(const std::vector<std::int64_t>& chunks) {
  bool range = chunks.size() > 2;
  for (std::size_t i = 1; i < chunks.size(); ++i) range = range && chunks[i] == 2 * chunks[i - 1];
  if (range) return fmt::format("{}..{}", format_size(chunks.front()), format_size(chunks.back()));
  std::vector<std::string> texts;
  texts.reserve(chunks.size());
  for (const std::int64_t chunk : chunks) texts.push_back(format_size(chunk));
  return fmt::format("{}", fmt::join(texts, ","));
}

std::string repeat_command(const RunOptions& options) {
  std::string command = fmt::format(
      "splicebench run --paths {} --chunks {}{} --rounds {} --min-time {} --seed {} --timeout {}",
      fmt::join(options.paths, ","), chunks_text(options.chunks),
      shared_flags(options, engine_modes(options)), options.rounds, options.min_time, options.seed,
      options.timeout);
  if (!options.filter.empty()) command += " --filter " + quoted(options.filter);
  if (needs_file_dir(options)) command += " --file-dir " + quoted(options.file_dir);
  return command;
}

void print_plan(const Result& result) {
  const RunOptions& options = result.options;
  const std::int64_t count = std::ssize(result.cases);
  std::string plan =
      fmt::format("{} x {} = {} of at least {} s, about {}\n", counted(count, "case"),
                  counted(options.rounds, "round"), counted(count * options.rounds, "sample"),
                  options.min_time, format_duration(planned_seconds(options, result.cases.size())));
  plan += fmt::format(
      "paths      {}\nchunks     {} to {} ({})\nmodes      {}\nconditions {}\nseed       {}\n",
      fmt::join(options.paths, ", "), format_size(options.chunks.front()),
      format_size(options.chunks.back()), options.chunks.size(), fmt::join(options.modes, ", "),
      fmt::join(conditions_texts(result), "\n           "), options.seed);
  if (needs_file_dir(options))
    plan += fmt::format("file-dir   {} ({})\n", options.file_dir, file_system_of(options.file_dir));
  show(plan);
}

void RunArguments::add_to(CLI::App& command) {
  command
      .add_option_function<std::string>(
          "--paths", [this](const std::string& text) { options.paths = parse_paths(text); },
          "paths, comma-separated")
      ->default_str(kPaths);
  command
      .add_option_function<std::string>(
          "--chunks", [this](const std::string& text) { options.chunks = parse_chunks(text); },
          "sizes of the writer's writes: FROM..TO or a list")
      ->default_str(kChunks);
  add_seconds(command, "--min-time", options.min_time, "a sample lasts at least this long")
      ->default_str("0.05s");
  command
      .add_option("--filter", options.filter,
                  "only cases whose name this regular expression matches")
      ->check(filled("give a regular expression, or leave it out"));
  command.add_option("--resume", resume, "complete the run of this result file")
      ->check(filled("name the file of the run to complete"));
  command.add_option("--file-dir", options.file_dir, "where file sinks are made")
      ->default_str("one on a disk")
      ->check(filled("name a directory"));
  CLI::Option* const only_list =
      command.add_flag("--list", list, "print the cases and measure nothing");
  command.add_flag("--list-relays", list_relays, "print the recipes for --relay");
  add_shared(command, {"sample",
                       "samples of each case, interleaved",
                       "every other chunk, 10 rounds, 0.02s: a usable picture in half a minute",
                       "writer+relay, relay+reader, alone (the relay), same, spread, none, auto",
                       {"table", "json", "benchfmt", "csv"}});
  only_list->excludes("--dry-run");
  command.footer(kExamples + known_engines());
}

void RunArguments::resolve() {
  if (resuming() && (given("--out") || force || quick)) {
    throw UsageError(
        "--resume: goes on with the options and the file of the run; leave out --out, --force and "
        "--quick");
  }
  if (!given("--paths")) options.paths = parse_paths(kPaths);
  if (!given("--chunks")) options.chunks = parse_chunks(quick ? kQuickChunks : kChunks);
  // What only prints a plan starts nothing; those of a run to complete are compared with it,
  // versions and all.
  resolve_shared(resuming() || !(list || dry_run || list_relays));
  if (quick && !given("--rounds")) options.rounds = kQuickRounds;
  if (quick && !given("--min-time")) options.min_time = kQuickMinTime;
  if (options.timeout < 2 * options.min_time) {
    throw UsageError(
        fmt::format("--timeout: {} s is less than twice --min-time; give it at least {} s",
                    options.timeout, 2 * options.min_time));
  }
  if (!needs_file_dir(options)) {
    options.file_dir.clear();
  } else if (!given("--file-dir")) {
    options.file_dir = default_file_dir();
  }
}

void RunArguments::require_same(const RunOptions& then) const {
  const auto require = [&](const char* flag, bool same) {
    if (!given(flag) || same) return;
    throw UsageError(fmt::format("{}: differs from the run in {}; leave it out, or start a new run",
                                 flag, resume));
  };
  require("--paths", options.paths == then.paths);
  require("--chunks", options.chunks == then.chunks);
  require("--modes", engine_modes(options) == engine_modes(then));
  // Those that are not given again are not started.
  require(
      "--relay",
      std::all_of(options.relays.begin(), options.relays.end(), [&then](const RelayCommand& relay) {
        return std::find(then.relays.begin(), then.relays.end(), relay) != then.relays.end();
      }));
  require("--rounds", options.rounds == then.rounds);
  require("--min-time", options.min_time == then.min_time);
  require("--filter", options.filter == then.filter);
  require("--file-dir", options.file_dir == then.file_dir);
  require("--seed", options.seed == then.seed);
  for (const ConditionInfo& info : kConditions) {
    const std::string flag = fmt::format("--{}", info.name);
    require(flag.c_str(), options.conditions[info.kind] == then.conditions[info.kind]);
  }
  require("--timeout", options.timeout == then.timeout);
  require("--netem", options.netem == then.netem);
}

}  // namespace splicebench
