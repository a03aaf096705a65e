#include "bench/matrix/run_options.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>
#include <random>

#include "bench/matrix/link_options.h"
#include "bench/matrix/matrix.h"
#include "bench/matrix/preflight.h"
#include "bench/paths/paths.h"
#include "bench/recipes/recipes.h"
#include "harness/engine/engine.h"
#include "harness/foreign/relay_command.h"
#include "harness/machine/environment.h"
#include "results/files/error.h"
#include "results/text/size.h"

namespace splicebench {

namespace {

constexpr const char* kPaths = "tcp-to-tcp,unix-to-tcp,tcp-to-file,unix-to-file";
constexpr const char* kChunks = "1KiB..1MiB";
constexpr const char* kQuickChunks = "1KiB,4KiB,16KiB,64KiB,256KiB,1MiB";
constexpr const char* kModes = "generic,splice";
constexpr std::int64_t kQuickRounds = 10;
constexpr double kQuickMinTime = 0.02;
constexpr std::int64_t kMostRounds = 100000;
constexpr double kMostSeconds = 3600;

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

std::vector<std::string> engine_modes(const RunOptions& options) {
  return {options.modes.begin(), options.modes.end() - std::ssize(options.relays)};
}

double parse_seconds(const std::string& text, const std::string& flag, ZeroSeconds zero) {
  double value = 0;
  const char* const end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, value);
  const std::string unit(rest, end);
  const double scale = unit.empty() || unit == "s" ? 1.0 : unit == "ms" ? 1e-3 : 0.0;
  const bool enough = value > 0 || (value == 0 && zero == ZeroSeconds::kAllowed);
  if (error != std::errc{} || scale == 0 || !enough || value * scale > kMostSeconds) {
    throw UsageError(fmt::format(
        "{}: '{}' is not a time {} {} s; write e.g. 0.05s or 50ms", flag, text,
        zero == ZeroSeconds::kAllowed ? "from 0 to" : "of more than 0 and at most", kMostSeconds));
  }
  return value * scale;
}

std::uint64_t parse_seed(const std::string& text) {
  std::uint64_t value = 0;
  const char* const end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, value);
  if (error != std::errc{} || rest != end) {
    throw UsageError(fmt::format("--seed: '{}' is not a whole number from 0 to {}", text,
                                 std::numeric_limits<std::uint64_t>::max()));
  }
  return value;
}

std::string chunks_text(const std::vector<std::int64_t>& chunks) {
  bool range = chunks.size() > 2;
  for (std::size_t i = 1; i < chunks.size(); ++i) range = range && chunks[i] == 2 * chunks[i - 1];
  if (range) return fmt::format("{}..{}", format_size(chunks.front()), format_size(chunks.back()));
  std::vector<std::string> texts;
  texts.reserve(chunks.size());
  for (const std::int64_t chunk : chunks) texts.push_back(format_size(chunk));
  return fmt::format("{}", fmt::join(texts, ","));
}

void RunArguments::add_to(CLI::App& command) {
  command_ = &command;
  command.add_option("--paths", paths_, "paths, comma-separated")->default_str(kPaths);
  command.add_option("--chunks", chunks_, "sizes of the writer's writes: FROM..TO or a list")
      ->default_str(kChunks);
  command.add_option("--modes", modes_, "engines with parameters, comma-separated")
      ->default_str(kModes);
  command
      .add_option("--relay", relays_,
                  "somebody else's relay beside the modes: a recipe of --list-relays, a file "
                  "NAME.recipe, or NAME='COMMAND with {listen} and {connect}'; may be repeated")
      ->take_all();
  command.add_option("--rounds", options.rounds, "samples of each case, interleaved")
      ->default_str("20");
  command.add_option("--min-time", min_time_, "a sample lasts at least this long")
      ->default_str("0.05s");
  command.add_option("--filter", options.filter,
                     "only cases whose name this regular expression matches");
  command.add_flag("--quick", quick,
                   "every other chunk, 10 rounds, 0.02s: a usable picture in half a minute");
  command.add_option("--out", out, "the result file; must not exist")
      ->default_str("splicebench-DATE.json");
  command.add_flag("--force", force, "overwrite --out");
  command.add_option("--resume", resume, "complete the run of this result file");
  command.add_option("--file-dir", options.file_dir, "where file sinks are made")
      ->default_str("one on a disk");
  command.add_option("--seed", seed_, "of the order of samples and of the verified content")
      ->default_str("random");
  command
      .add_option("--placement", options.placement,
                  "auto, spread, split or none: CPUs of writer, relay, reader")
      ->default_str("auto");
  add_link_options(command, options);
  command.add_option("--timeout", timeout_, "give a sample up after this long")->default_str("30s");
  command.add_flag("--list", list, "print the cases and measure nothing");
  command.add_flag("--list-relays", list_relays, "print the recipes for --relay");
  command.add_flag("--dry-run", dry_run, "print the plan and its time and measure nothing");
  command.add_option("--format", format, "of standard output: table, json, benchfmt or csv")
      ->default_str("table");
  command.add_flag("--quiet", quiet, "no progress");
  command.footer(kExamples + known_engines());
}

void RunArguments::resolve() {
  if (format != "table" && format != "json" && format != "benchfmt" && format != "csv") {
    throw UsageError(fmt::format(
        "--format: there is no format '{}'; choose from: table, json, benchfmt, csv", format));
  }
  if (given("--resume") && resume.empty())
    throw UsageError("--resume: is empty; name the file of the run to complete");
  if (given("--out") && out.empty()) throw UsageError("--out: is empty; name the file to write");
  if (resuming() && (given("--out") || force || quick)) {
    throw UsageError(
        "--resume: goes on with the options and the file of the run; leave out --out, --force and "
        "--quick");
  }
  options.paths = parse_paths(given("--paths") ? paths_ : kPaths);
  options.chunks = parse_chunks(given("--chunks") ? chunks_ : quick ? kQuickChunks : kChunks);
  options.modes = parse_modes(given("--modes") ? modes_ : kModes);
  // What only prints a plan starts nothing; those of a run to complete are compared with it,
  // versions and all.
  options.relays = parse_relays(relays_, resuming() || !(list || dry_run || list_relays));
  for (const RelayCommand& relay : options.relays) options.modes.push_back(mode_of(relay));
  check_link_options(options);
  if (!given("--rounds") && quick) options.rounds = kQuickRounds;
  if (options.rounds < 1 || options.rounds > kMostRounds) {
    throw UsageError(fmt::format("--rounds: {} is not from 1 to {}", options.rounds, kMostRounds));
  }
  if (given("--min-time")) {
    options.min_time = parse_seconds(min_time_, "--min-time");
  } else if (quick) {
    options.min_time = kQuickMinTime;
  }
  if (given("--timeout")) options.timeout = parse_seconds(timeout_, "--timeout");
  if (options.timeout < 2 * options.min_time) {
    throw UsageError(
        fmt::format("--timeout: {} s is less than twice --min-time; give it at least {} s",
                    options.timeout, 2 * options.min_time));
  }
  options.seed = given("--seed") ? parse_seed(seed_) : std::random_device{}();
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
  require("--placement", options.placement == then.placement);
  require("--timeout", options.timeout == then.timeout);
  require("--link", options.link == then.link);
  require("--netem", options.netem == then.netem);
}

}  // namespace splicebench
