#include "bench/matrix/measure_options.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <limits>
#include <random>

#include "bench/matrix/all_modes.h"
#include "bench/matrix/checks.h"
#include "bench/matrix/matrix.h"
#include "harness/engine/engine.h"
#include "harness/foreign/relay_command.h"
#include "harness/foreign/relay_version.h"
#include "harness/system/say.h"
#include "results/files/error.h"

namespace splicebench {

namespace {

constexpr std::int64_t kMostRounds = 100000;

}  // namespace

void MeasureArguments::add_shared(CLI::App& command, const Words& words) {
  command_ = &command;
  modes_ = words.modes;
  direct_ = words.direct;
  command
      .add_option_function<std::string>(
          "--modes", [this](const std::string& text) { options.modes = parse_modes(text); },
          "engines with parameters, comma-separated; all: every one that fits and is available")
      ->default_str(words.modes);
  command.add_flag("--allow-same", allow_same_,
                   "take a mode under two spellings, to compare it with itself");
  command
      .add_option("--relay", relays_,
                  "somebody else's relay beside the modes: a recipe of run --list-relays, a file "
                  "NAME.recipe, or NAME='COMMAND with {listen} and {connect}'; may be repeated")
      ->take_all();
  command.add_option("--rounds", options.rounds, words.rounds)
      ->default_str(std::to_string(options.rounds))
      ->check(whole<std::int64_t>(1, kMostRounds));
  command.add_flag("--quick", quick, words.quick);
  command.add_option("--out", out, "the result file; must not exist")
      ->default_str("splicebench-DATE.json")
      ->check(filled("name the file to write"));
  command.add_flag("--force", force, "overwrite --out");
  command.add_option("--seed", options.seed, "of the order and of the content")
      ->default_str("random")
      ->check(whole<std::uint64_t>(0, std::numeric_limits<std::uint64_t>::max()));
  add_conditions(command, options, words.placements, words.flows);
  command
      .add_option("--netem", options.netem,
                  "with --link veth: words for tc's netem on every device, e.g. 'delay 1ms'")
      ->check(filled("give words for tc's netem, e.g. 'delay 1ms', or leave it out"));
  add_seconds(command, "--timeout", options.timeout,
              fmt::format("give a {} up after this long", words.one))
      ->default_str("30s");
  command.add_flag("--dry-run", dry_run, "print the plan and measure nothing");
  command
      .add_option("--format", format,
                  fmt::format("of standard output: {}", fmt::join(words.formats, ", ")))
      ->default_str("table")
      ->check(one_of("format", words.formats));
  add_colour(command);
  command.add_flag("--quiet", quiet, "no progress");
}

RelayMachine this_machine() { return {true, version_by}; }

void MeasureArguments::resolve_shared(const RelayMachine& machine) {
  if (options.modes.empty()) options.modes = parse_modes(modes_);
  for (const std::string& mode : options.modes) {
    if (!direct_ && mode != kAll) require_relay(parse_mode(mode));
  }
  typed_modes = options.modes;
  // What is available on other hosts, these tell.
  const WhyUnavailable nobody_knows = [](const EngineInfo&) { return std::string(); };
  options.modes =
      with_all_modes(options.modes, options.paths,
                     options.hosts.all_local() ? why_unavailable_here : nobody_knows, say);
  if (!direct_) std::erase(options.modes, kDirect);
  if (!allow_same_)
    require_different(options.modes, "leave one out, or compare it with itself by --allow-same");
  options.relays = relays_on(machine);
  for (const RelayCommand& relay : options.relays) options.modes.push_back(mode_of(relay));
  if (!options.netem.empty() && !asks_for(options, ConditionKind::link, kVeth)) {
    throw UsageError("--netem: goes on the devices of a link; add --link veth");
  }
  if (!given("--seed")) options.seed = std::random_device{}();
}

std::vector<RelayCommand> MeasureArguments::relays_on(const RelayMachine& machine) const {
  return parse_relays(relays_, machine);
}

std::vector<std::string> engine_modes(const RunOptions& options) {
  return {options.modes.begin(), options.modes.end() - std::ssize(options.relays)};
}

std::string shared_flags(const RunOptions& options, const std::vector<std::string>& modes,
                         Whose whose) {
  std::string flags;
  if (!modes.empty()) flags += fmt::format(" --modes {}", fmt::join(modes, ","));
  if (same_modes(modes)) flags += " --allow-same";
  for (const RelayCommand& relay : options.relays)
    flags += fmt::format(" --relay {}", relay_argument(relay));
  flags += conditions_flags(options, whose);
  if (!options.netem.empty()) flags += " --netem " + quoted(options.netem);
  return flags;
}

std::unique_ptr<Link> make_link(const RunOptions& options) {
  return asks_for(options, ConditionKind::link, kVeth) ? std::make_unique<Link>(options.netem)
                                                       : nullptr;
}

std::unique_ptr<HostSet> reach_hosts(const RunOptions& options, const Programs& programs) {
  if (options.hosts.all_local()) return nullptr;
  return std::make_unique<HostSet>(options.hosts, programs, options.timeout);
}

}  // namespace splicebench
