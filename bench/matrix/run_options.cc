#include "bench/matrix/run_options.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "bench/matrix/checks.h"
#include "bench/matrix/hosts/host_options.h"
#include "bench/matrix/matrix.h"
#include "bench/matrix/plan/planned.h"
#include "bench/matrix/preflight.h"
#include "bench/paths/paths.h"
#include "bench/recipes/recipes.h"
#include "harness/engine/engine.h"
#include "harness/foreign/relay_command.h"
#include "harness/machine/environment.h"
#include "harness/sample/progress.h"
#include "harness/system/say.h"
#include "results/files/error.h"
#include "results/text/line.h"
#include "results/text/program_name.h"
#include "results/text/size.h"

namespace splicebench {

namespace {

constexpr const char* kPaths = "tcp-to-tcp,unix-to-tcp,tcp-to-file,unix-to-file";
constexpr const char* kPathsOverHosts = "tcp-to-tcp";
constexpr const char* kChunks = "1KiB..1MiB";
constexpr const char* kQuickChunks = "1KiB,4KiB,16KiB,64KiB,256KiB,1MiB";
constexpr std::int64_t kQuickRounds = 15;
constexpr double kTime = 150;
/// Seconds a sample of several flows lasts at least: each has its TCP windows to open, and what is
/// of the begin is shared by fewer bytes.
constexpr double kMinTimeOfFlows = 0.1;

constexpr const char* kExamples = R"(
Examples:
  splicebench run                                      the whole matrix, in two and a half minutes
  splicebench run --time 600s --precision 1%           the same, as precisely as ten minutes allow
  splicebench run --quick                              a first picture in half a minute
  splicebench run --paths tcp-to-tcp --chunks 64KiB \
      --modes generic,generic:buffer=1MiB,splice:pipe=64KiB,splice
                                                       is it the mechanism or the size?
  splicebench run --paths tcp-to-tcp --relay haproxy-splice --relay 'mine=./proxy {listen} {connect}'
                                                       other programs beside the engines
  splicebench run --resume splicebench-....json        complete a run that was interrupted
  splicebench run --link veth --paths tcp-to-tcp       across devices, in namespaces (as root)
  splicebench run --hosts writer=ssh://a,relay=ssh://b,reader=ssh://c
                                                       over three machines, which ssh reaches
  splicebench run --format benchfmt > new.txt          for Go's benchstat -col /mode
)";

std::string known_engines() {
  std::string text = "\nModes are engines with parameters, e.g. generic:buffer=1MiB:\n";
  for (const EngineInfo& engine : engines()) {
    text += fmt::format("  {:<12} {}\n", engine.name, engine.help);
    for (const EngineParameter& parameter : engine.parameters) {
      text += fmt::format("  {:<12}   {}={}  {}\n", "", parameter.name, parameter.form(),
                          parameter.help);
    }
  }
  text += "\nPaths:\n";
  for (const PathInfo& path : paths()) text += fmt::format("  {:<13} {}\n", path.name(), path.help);
  return text;
}

/// With a blank before them.
std::string effort_flags(const RunOptions& options) {
  if (options.time <= 0) return fmt::format(" --rounds {}", options.rounds);
  return fmt::format(" --time {} --precision {}", options.time, options.precision);
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
  std::string command =
      fmt::format("splicebench run --paths {} --chunks {}{}{} --min-time {} --seed {} --timeout {}",
                  fmt::join(options.paths, ","), chunks_text(options.chunks),
                  shared_flags(options, engine_modes(options)), effort_flags(options),
                  options.min_time, options.seed, options.timeout);
  if (!options.filter.empty()) command += " --filter " + quoted(options.filter);
  if (needs_file_dir(options)) command += " --file-dir " + quoted(options.file_dir);
  return command + host_flags(options.hosts, RoleNames::run);
}

std::string resume_command(const RunOptions& given, const std::string& path) {
  std::string command = fmt::format("{} run --resume {}", program_name(), path);
  // What the file alone names is not started.
  for (const RelayCommand& relay : given.relays) command += " --relay " + relay_argument(relay);
  if (!given.hosts.remote_program.empty())
    command += " --remote-program " + quoted(given.hosts.remote_program);
  return command;
}

void print_plan(const Result& result) {
  const RunOptions& options = result.options;
  const std::int64_t count = std::ssize(result.cases);
  std::string plan =
      options.time > 0
          ? fmt::format("{}; samples of at least {} s\n", effort_text(options, result.cases.size()),
                        options.min_time)
          : fmt::format("{} x {} = {} of at least {} s, about {}\n", counted(count, "case"),
                        counted(options.rounds, "round"), counted(count * options.rounds, "sample"),
                        options.min_time,
                        format_duration(planned_seconds(options, result.cases.size())));
  plan += fmt::format(
      "paths      {}\nchunks     {} to {} ({})\nmodes      {}\nconditions {}\nseed       {}\n",
      fmt::join(options.paths, ", "), format_size(options.chunks.front()),
      format_size(options.chunks.back()), options.chunks.size(), fmt::join(options.modes, ", "),
      fmt::join(conditions_texts(result), "\n           "), options.seed);
  if (!options.hosts.all_local())
    plan += fmt::format("hosts      {}\n", places_text(options.hosts, RoleNames::run));
  if (needs_file_dir(options))
    plan += fmt::format("file-dir   {} ({})\n", options.file_dir, file_system_of(options.file_dir));
  show(plan);
}

void RunArguments::add_to(CLI::App& command) {
  command
      .add_option_function<std::string>(
          "--paths", [this](const std::string& text) { options.paths = parse_paths(text); },
          "paths, comma-separated; all: every one")
      ->default_str(kPaths);
  command
      .add_option_function<std::string>(
          "--chunks", [this](const std::string& text) { options.chunks = parse_chunks(text); },
          "sizes of the writer's writes: FROM..TO or a list")
      ->default_str(kChunks);
  add_seconds(command, "--min-time", options.min_time, "a sample lasts at least this long")
      ->default_str("0.007s, with --flows of several 0.1s");
  command
      .add_option("--filter", options.filter,
                  "only cases whose name this regular expression matches")
      ->check(filled("give a regular expression, or leave it out"));
  command.add_option("--resume", resume, "complete the run of this result file")
      ->check(filled("name the file of the run to complete"));
  command.add_option("--file-dir", options.file_dir, "where files are made")
      ->default_str("one on a disk")
      ->check(filled("name a directory"));
  CLI::Option* const only_list =
      command.add_flag("--list", list, "print the cases and measure nothing");
  command.add_flag("--details", details, "print the tables of all cases, too");
  command.add_flag("--list-relays", list_relays, "print the recipes for --relay");
  add_shared(command, {"sample",
                       "samples of each case, interleaved",
                       "every other chunk, 15 rounds: a usable picture in half a minute",
                       "writer+relay, relay+reader, alone (the relay), same, spread, none, auto",
                       {"table", "json", "benchfmt", "csv"},
                       "generic,generic:buffer=1MiB,splice",
                       true,
                       true});
  add_host_flags(command, options.hosts, RoleNames::run);
  only_list->excludes("--dry-run");
  CLI::Option* const rounds = command.get_option("--rounds");
  add_seconds(command, "--time", options.time,
              "for the whole run, spent where intervals are wide; at least one stage of 8 rounds")
      ->default_str("150s")
      ->excludes(rounds);
  command
      .add_option_function<std::string>(
          "--precision",
          [this](const std::string& text) { options.precision = parse_part(text, "--precision"); },
          "a row stops when half of the interval of its ratios is within this")
      ->default_str("3%")
      ->excludes(rounds);
  command.footer(kExamples + known_engines());
}

void RunArguments::resolve() {
  if (resuming() && (given("--out") || force || quick)) {
    throw UsageError(
        "--resume: goes on with the options and the file of the run; leave out --out, --force and "
        "--quick");
  }
  if (!given("--paths"))
    options.paths = parse_paths(options.hosts.all_local() ? kPaths : kPathsOverHosts);
  if (!given("--chunks")) options.chunks = parse_chunks(quick ? kQuickChunks : kChunks);
  if (!resuming()) require_host_options(*command_, options);
  // Where the relays of a run to complete are, its file says; what only prints a plan starts
  // nothing.
  const bool here = options.hosts.all_local() && !resuming();
  const bool plans = list || dry_run || list_relays;
  resolve_shared(here && !plans ? this_machine() : RelayMachine{here});
  const auto is_of_several = [](const std::string& text) {
    return parse_size(text, "--flows") > 1;
  };
  const std::vector<std::string>& flows = options.conditions[ConditionKind::flows];
  if (!given("--min-time") && std::any_of(flows.begin(), flows.end(), is_of_several))
    options.min_time = kMinTimeOfFlows;
  if (!given("--rounds") && !given("--time")) {
    if (quick && !given("--precision")) {
      options.rounds = kQuickRounds;
    } else {
      options.time = kTime;
    }
  }
  if (options.timeout < 2 * options.min_time) {
    throw UsageError(
        fmt::format("--timeout: {} s is less than twice --min-time; give it at least {} s",
                    options.timeout, 2 * options.min_time));
  }
  if (!needs_file_dir(options)) {
    if (given("--file-dir")) {
      throw UsageError(
          "--file-dir: none of the paths has a file; add one to --paths, or leave it out");
    }
  } else if (!given("--file-dir")) {
    options.file_dir = default_file_dir();
  }
}

void RunArguments::require_same_flag(const char* flag, bool same) const {
  if (!given(flag) || same) return;
  throw UsageError(fmt::format("{}: differs from the run in {}; leave it out, or start a new run",
                               flag, resume));
}

void RunArguments::require_same_relays(const RunOptions& then,
                                       const std::vector<RelayCommand>& relays) const {
  const auto is_of_then = [&then](const RelayCommand& relay) {
    return std::find(then.relays.begin(), then.relays.end(), relay) != then.relays.end();
  };
  // Those that are not given again are not started.
  require_same_flag("--relay", std::all_of(relays.begin(), relays.end(), is_of_then));
}

void RunArguments::require_same(const RunOptions& then) const {
  const auto require = [this](const char* flag, bool same) { require_same_flag(flag, same); };
  require("--paths", options.paths == then.paths);
  require("--chunks", options.chunks == then.chunks);
  require("--modes", engine_modes(options) == engine_modes(then));
  require("--rounds", then.time <= 0 && options.rounds == then.rounds);
  require("--time", options.time == then.time);
  require("--precision", then.time > 0 && options.precision == then.precision);
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
  require("--hosts", options.hosts.places == then.hosts.places);
  require("--addr", options.hosts.addresses == then.hosts.addresses);
  require("--copy", options.hosts.copy == then.hosts.copy);
  require_same_hosts(then.hosts, options.hosts, resume);
}

}  // namespace splicebench
