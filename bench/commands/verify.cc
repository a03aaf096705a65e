// splicebench verify: the correctness suite on this kernel.

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <algorithm>
#include <iterator>
#include <memory>
#include <optional>
#include <stdexcept>
#include <system_error>
#include <thread>

#include "bench/commands/command.h"
#include "bench/commands/standard_streams.h"
#include "bench/matrix/all_modes.h"
#include "bench/matrix/checks.h"
#include "bench/matrix/matrix.h"
#include "bench/matrix/output.h"
#include "bench/matrix/preflight.h"
#include "bench/matrix/programs.h"
#include "bench/paths/paths.h"
#include "bench/recipes/recipes.h"
#include "bench/verify/kernel/kernel_facts.h"
#include "bench/verify/relay_suite.h"
#include "bench/verify/suite.h"
#include "harness/foreign/relay_command.h"
#include "harness/machine/environment.h"
#include "harness/sample/progress.h"
#include "harness/sample/sample.h"
#include "harness/system/interrupt.h"
#include "harness/system/process.h"
#include "harness/system/say.h"
#include "harness/system/sys.h"
#include "results/files/error.h"
#include "results/formats/verification_junit.h"
#include "results/json/verification_json.h"
#include "results/tables/print_verification.h"

namespace splicebench {

namespace {

constexpr int kMostJobs = 256;
constexpr std::int64_t kMostFlowsOfCell = 1024;
constexpr double kStartSeconds = 10;  ///< for somebody else's relay

constexpr const char* kVerifyExamples = R"(
A cell is a situation on a mode, a path and a state of the descriptors: "blocking"; "non-blocking";
"event-loop": not blocking either, and in turns of few bytes, as in a proxy. A cell passes when every byte
went where it should, in order, and the counts, the errno, the file offset, the flags and the open
descriptors are right. With --flows the situation befalls one flow of a loop, and the others' bytes must
arrive whole, too. Exit status: 0 all passed or not applicable, 3 a cell failed.

Examples:
  splicebench verify                                   every situation, a few minutes
  splicebench verify --quick                           the short ones, under a minute
  splicebench verify --modes splice --filter '^files/' what files do as sinks
  splicebench verify --flows 3,64 --quick              one flow among others in a loop
  splicebench verify --file-dir /dev/shm --format junit > verify.xml
  splicebench verify --relay 'socat TCP-LISTEN:{listen_port},bind=127.0.0.1 TCP:{connect}'
)";

struct VerifyFlags {
  std::string modes = "generic,splice";
  std::string paths = "tcp-to-tcp,unix-to-tcp,tcp-to-file,unix-to-file,tcp-to-null,unix-to-null";
  std::vector<std::int64_t> flows{1};
  std::string filter;
  std::string format = "table";
  std::string file_dir;
  std::vector<std::string> relays;
  double timeout = CellSetting{}.timeout;  ///< seconds
  // Most cells wait most of their time: four for each CPU keep it busy.
  int jobs = 4 * std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
  bool quick = false;
  bool list = false;
  bool quiet = false;
};

/// Each once.
std::vector<std::int64_t> parse_flows(const std::string& text) {
  std::vector<std::int64_t> counts;
  for (const std::string& part : split_at_commas(text)) {
    std::int64_t count = 0;
    const std::string wrong = parse_whole<std::int64_t>(part, 1, kMostFlowsOfCell, count);
    if (!wrong.empty()) throw UsageError(fmt::format("--flows: {}", wrong));
    if (std::find(counts.begin(), counts.end(), count) != counts.end())
      throw UsageError(fmt::format("--flows: '{}' is given twice; name it once", part));
    counts.push_back(count);
  }
  return counts;
}

std::vector<Cell> engine_cells(const VerifyFlags& flags, const std::string& file_dir) {
  SuiteOptions options;
  options.file_dir = file_dir;
  const std::vector<std::string> modes = parse_modes(flags.modes);
  require_different(modes, "leave one out");
  RunOptions named;
  named.paths = parse_paths(flags.paths);
  std::copy_if(modes.begin(), modes.end(), std::back_inserter(named.modes),
               [](const std::string& mode) { return mode != kAll && mode != kDirect; });
  require_cases_of_engines(named);
  for (const std::string& text : modes) {
    const bool all = text == kAll;
    for (const std::string& one : all ? every_mode() : std::vector<std::string>{text}) {
      const Mode mode = parse_mode(one);
      if (!all) require_relay(mode);
      if (mode.engine->relays()) options.modes.push_back(mode);
    }
  }
  for (const std::string& path : named.paths) options.paths.push_back(&path_named(path));
  options.flows = flags.flows;
  options.quick = flags.quick;
  return cells_of(options);
}

/// Of somebody else's relays, each tried once before: one that does not start is said once.
std::vector<Cell> foreign_cells(const VerifyFlags& flags) {
  const std::vector<RelayCommand> relays = parse_relays(flags.relays);
  const std::string guard = find_programs().guard;
  if (!flags.list) {
    for (const RelayCommand& relay : relays) {
      for (const bool listen_unix : {false, true}) {
        if (!can_listen(relay, listen_unix)) continue;
        ForeignRelayPlan plan;
        plan.relay = relay;
        plan.listen_unix = listen_unix;
        plan.guard = guard;
        require_start(plan, kStartSeconds);
      }
    }
  }
  return relay_cells(relays, guard, flags.quick);
}

std::string user() {
  const uid_t id = ::geteuid();
  return id == 0 ? "root" : fmt::format("unprivileged (uid {})", id);
}

Verification begin(const std::string& file_dir) {
  Verification verification;
  utsname system{};
  ::uname(&system);
  verification.kernel = fmt::format("{} {} {}", system.sysname, system.release, system.machine);
  verification.user = user();
  verification.file_system = fmt::format("{} ({})", file_system_of(file_dir), file_dir);
  return verification;
}

/// `trouble`: why cells were not tried; empty unless the system has no more to give.
Verification verify(const std::vector<Cell>& cells, const CellSetting& setting,
                    const VerifyFlags& flags, const std::string& file_dir, std::string& trouble) {
  Verification verification = begin(file_dir);
  const double started = monotonic_seconds();
  std::vector<std::optional<VerifiedCell>> found(cells.size());
  Progress progress = stderr_progress(flags.quiet);
  progress.begin("verifying", static_cast<std::int64_t>(cells.size()));
  progress.step("");
  try {
    if (!flags.quick) verification.facts = probe_kernel(setting);
    run_cells(cells, setting, [&](std::size_t index, VerifiedCell cell) {
      progress.step(cell.name());
      found[index] = std::move(cell);
    });
  } catch (const Interrupted&) {
    verification.complete = false;
  } catch (const std::system_error& error) {
    verification.complete = false;
    trouble = error.what();
  }
  progress.end();
  for (std::optional<VerifiedCell>& cell : found) {
    if (cell) verification.cells.push_back(std::move(*cell));
  }
  verification.seconds = monotonic_seconds() - started;
  return verification;
}

std::string formatted(const Verification& verification, const std::string& format) {
  if (format == "json") return verification_json(verification);
  if (format == "junit") return verification_junit(verification);
  return verification_text(verification, stdout_colour());
}

int run_verify(const VerifyFlags& flags) {
  const std::string file_dir = flags.file_dir.empty() ? default_file_dir() : flags.file_dir;
  const std::vector<Cell> cells = matching(
      flags.relays.empty() ? engine_cells(flags, file_dir) : foreign_cells(flags), flags.filter);
  if (flags.list) {
    for (const Cell& cell : cells) show(cell.names.name() + "\n");
    return kDone;
  }
  check_loopback();
  check_file_dir(file_dir, 0);
  // Else the soft limit, which most systems have at 1024, would be that of the flows.
  if (flags.flows != std::vector<std::int64_t>{1}) raise_descriptor_limit();
  CellSetting setting;
  setting.timeout = flags.timeout;
  setting.jobs = flags.jobs;
  catch_interrupts();
  std::string trouble;
  const Verification verification = verify(cells, setting, flags, file_dir, trouble);
  print_only(formatted(verification, flags.format));
  if (!trouble.empty()) {
    throw std::runtime_error(fmt::format("{} of {} cells were not tried: {}",
                                         cells.size() - verification.cells.size(), cells.size(),
                                         trouble));
  }
  if (!verification.complete) return kInterrupted;
  return verification.count(VerifiedCell::Status::fail) > 0 ? kFailed : kDone;
}

}  // namespace

void add_verify(CLI::App& app, Action& action) {
  const std::shared_ptr<VerifyFlags> flags = std::make_shared<VerifyFlags>();
  CLI::App& command = *app.add_subcommand(
      "verify", "Try every engine in every situation that may befall a relay on this kernel");
  CLI::Option* const modes =
      command
          .add_option("--modes", flags->modes,
                      "engines with parameters, comma-separated; all: every one")
          ->capture_default_str();
  CLI::Option* const flows =
      command
          .add_option_function<std::string>(
              "--flows", [flags](const std::string& text) { flags->flows = parse_flows(text); },
              "flows of one loop, comma-separated: the one under test and others beside it")
          ->default_str("1");
  CLI::Option* const paths =
      command.add_option("--paths", flags->paths, "paths, comma-separated; all: every one")
          ->capture_default_str();
  command
      .add_option("--relay", flags->relays,
                  "in place of the engines somebody else's relay, as in run: what applies to a "
                  "TCP relay; repeatable")
      ->excludes(modes)
      ->excludes(flows)
      ->excludes(paths);
  command
      .add_option("--filter", flags->filter,
                  "only cells whose name (see --list) this regular expression matches")
      ->check(filled("give a regular expression, or leave it out"));
  command.add_flag("--quick", flags->quick, "only the situations that take no time");
  command.add_option("--format", flags->format, "table, json or junit")
      ->capture_default_str()
      ->check(one_of("format", {"table", "json", "junit"}));
  command.add_option("--file-dir", flags->file_dir, "where files are made")
      ->default_str("one on a disk")
      ->check(filled("name a directory"));
  command.add_option("--jobs", flags->jobs, "cells at once")
      ->default_str("four for each CPU")
      ->check(whole(1, kMostJobs));
  add_seconds(command, "--timeout", flags->timeout,
              "give every cell up after this long, whatever its situation asks for");
  command.add_flag("--list", flags->list, "print the cells and try nothing");
  command.add_flag("--quiet", flags->quiet, "no progress");
  command.footer(kVerifyExamples);
  command.callback([flags, &action] { action = [flags] { return run_verify(*flags); }; });
}

}  // namespace splicebench
