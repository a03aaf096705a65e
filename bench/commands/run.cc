// splicebench run: measures the matrix, writes one result file, prints tables and a verdict.

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <exception>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "bench/commands/command.h"
#include "bench/commands/standard_streams.h"
#include "bench/matrix/case_sampler.h"
#include "bench/matrix/conditions.h"
#include "bench/matrix/hosts/hosts_tell.h"
#include "bench/matrix/hosts/over_hosts.h"
#include "bench/matrix/matrix.h"
#include "bench/matrix/output.h"
#include "bench/matrix/plan/planned.h"
#include "bench/matrix/preflight.h"
#include "bench/matrix/programs.h"
#include "bench/matrix/run_options.h"
#include "bench/matrix/run_store.h"
#include "bench/recipes/recipes.h"
#include "harness/foreign/relay_command.h"
#include "harness/hosts/host_set.h"
#include "harness/hosts/link_hosts.h"
#include "harness/machine/environment.h"
#include "harness/machine/neighbours.h"
#include "harness/sample/runner.h"
#include "harness/system/interrupt.h"
#include "harness/system/process.h"
#include "harness/system/say.h"
#include "results/files/error.h"
#include "results/files/write_file.h"
#include "results/formats/journal.h"
#include "results/json/result_json.h"
#include "results/stats/width.h"
#include "results/text/line.h"
#include "results/text/program_name.h"
#include "results/text/size.h"
#include "results/verdict/verdict.h"

namespace splicebench {

namespace {

/// Warnings of what was seen while running; all others follow from the samples, and are theirs that
/// there are in the end.
constexpr std::array<std::string_view, 7> kSeen{kAnotherRun, kLoad,        kNoProc,  kRelayRefused,
                                                "cpu-quota", "congestion", "granted"};

int list(const Result& result) {
  for (const CaseResult& one : result.cases) show(one.id.name() + "\n");
  return kDone;
}

class Run {
 public:
  explicit Run(const RunArguments& arguments) : arguments_(arguments), limits_() {}

  int execute() {
    if (arguments_.list_relays) {
      fmt::print("{}", list_recipes());
      return kDone;
    }
    begin();
    if (arguments_.list || arguments_.dry_run)
      tell_unasked(result_.options, arguments_.typed_modes);
    if (arguments_.list) return list(result_);
    if (arguments_.dry_run) {
      if (!arguments_.resuming()) require_new_result(out_, arguments_.force);
      if (needs_file_dir(result_.options))
        check_file_dir(result_.options.file_dir, limits_.file_bytes,
                       files_at_once(result_.options));
      make_link(result_.options);
      print_plan(result_);
      return kDone;
    }
    preflight(result_.options, limits_.file_bytes);
    link_ = make_link(result_.options);
    SampleSetting shared{find_programs(), {}, result_.options.file_dir, result_.options.timeout};
    if (link_) veth_.emplace(*link_, shared.programs);
    hosts_ = reach_hosts(result_.options, shared.programs);
    if (hosts_) hear_hosts();
    RowSettings settings(std::move(shared), hosts_.get(), veth_ ? &*veth_ : nullptr, result_.cases);
    refuse(preflight_relays(result_.cases, relays_, settings));
    describe();
    // From here on there is something to keep.
    catch_interrupts();
    survive_failed_writes();
    RunStore store(out_, arguments_.force, arguments_.resuming());
    if (journal_bytes_ > 0) {
      store.go_on(journal_bytes_);
    } else {
      store.begin(result_, iterations_);
    }
    return measure(std::move(settings), store);
  }

 private:
  /// Options and cases: new ones, or those of the run to complete.
  void begin() {
    if (!arguments_.resuming()) {
      result_.options = arguments_.options;
      relays_ = arguments_.options.relays;
      const MachineConditions conditions = sample_conditions(result_.options);
      result_.cases = cases_of(result_.options, conditions);
      if (!arguments_.list) require_first_stage(result_.options, result_.cases);
      result_.conditions = conditions.applied();
      result_.warnings = conditions.warnings();
      note_ = conditions.note();
      out_ = arguments_.out.empty() ? default_out() : arguments_.out;
      return;
    }
    out_ = arguments_.resume;
    EarlierRun earlier = read_earlier_run(out_);
    arguments_.require_same(earlier.result.options);
    result_ = std::move(earlier.result);
    const bool here = result_.options.hosts.all_local();
    relays_ = here ? arguments_.relays_on(this_machine()) : arguments_.options.relays;
    // Those on other hosts are asked there.
    if (here) arguments_.require_same_relays(result_.options, relays_);
    iterations_ = std::move(earlier.iterations);
    journal_bytes_ = earlier.journal_bytes;
    // All samples of a run that was killed before it wrote its result are in its journal alone.
    if (result_.complete && nothing_left(result_) && !arguments_.list && !arguments_.dry_run) {
      throw UsageError(
          fmt::format("--resume: {} is complete; look at it with: {} show {}, or start a new run",
                      out_, program_name(), out_));
    }
    limits_.left_out = require_measurable(result_, relays_);
    if (!limits_.left_out.empty()) complain(left_out_text(limits_.left_out));
    std::erase_if(result_.warnings, [](const Warning& warning) {
      return std::find(kSeen.begin(), kSeen.end(), warning.code) == kSeen.end();
    });
    // Where it was measured over hosts, those are looked at once they are reached.
    if (result_.hosts.empty() && !nothing_left(result_) && !arguments_.list &&
        !arguments_.dry_run) {
      require_same_machine(result_.environment, read_environment(), out_);
    }
  }

  void hear_hosts() {
    std::vector<HostFacts> facts = hosts_->facts();
    control_round_trip_ = hosts_->control_round_trip();
    relays_ = arguments_.relays_on(relays_machine(*hosts_));
    RunOptions& options = result_.options;
    const auto direct = std::count(options.modes.begin(), options.modes.end(), kDirect);
    require_connections(*hosts_, direct > 0, options.timeout);
    if (arguments_.resuming()) {
      require_same_machines(result_.hosts, facts, out_);
      arguments_.require_same_relays(options, relays_);
      left_out_there(*hosts_, options, options.modes);
      return;
    }
    options.relays = relays_;
    note_hosts(*hosts_, std::move(facts), arguments_.typed_modes, result_);
    require_first_stage(options, result_.cases, control_round_trip_);
  }

  /// Cases of somebody else's relays that cannot be measured are out. A run to complete has what it
  /// has.
  void refuse(const std::vector<Warning>& refused) {
    if (arguments_.resuming() && !refused.empty()) throw UsageError(refused.front().text);
    for (const Warning& warning : refused) add(warning);
  }

  void describe() {
    if (arguments_.resuming()) return;  // as it began
    Environment& environment = result_.environment;
    environment = read_environment();
    if (needs_file_dir(result_.options))
      environment.file_system = file_system_of(result_.options.file_dir);
    environment.command = repeat_command(result_.options);
    if (hosts_) return warn_of_load(*hosts_, result_.warnings);
    warn_of_load(result_.warnings);
  }

  int measure(RowSettings settings, RunStore& store) {
    if (!arguments_.quiet) {
      say(fmt::format("{}; {}{}",
                      effort_text(result_.options, result_.cases.size(), control_round_trip_),
                      conditions_text(result_), note_));
    }
    limits_.resolution = claimable_resolution(result_);
    Neighbours neighbours;
    warn_of(neighbours.fresh(), store);
    CaseSampler sampler(std::move(settings), result_.options.seed, relays_,
                        result_.options.file_dir);
    Progress progress = stderr_progress(arguments_.quiet);
    Runner runner(
        result_, iterations_, sampler,
        [&](const std::string& line) {
          complain(store.append(line));
          warn_of(neighbours.fresh(), store);
        },
        progress, monotonic_seconds, limits_);
    std::string ended;
    int status = kDone;
    try {
      runner.run();
    } catch (const Interrupted&) {
      ended = "interrupted";
      status = kInterrupted;
    } catch (const std::exception& error) {
      // Whatever it was, what was measured is kept.
      ended = error.what();
      status = kFailed;
    }
    progress.end();
    const Stored stored = store.finish(result_);
    if (!stored.trouble.empty()) status = kFailed;
    if (stored.path.empty()) {
      print_as_last_resort(to_json(result_), stored.trouble);
      return kFailed;
    }
    if (!stored.trouble.empty())
      complain(fmt::format("{}; the result is in {}", stored.trouble, stored.path));
    if (!ended.empty()) {
      report_early_end(ended, stored.path);
      return status;
    }
    print_what_is_kept(text_of(result_, arguments_.format, stored.path, arguments_.details),
                       stored.path);
    if (!arguments_.quiet) {
      say(fmt::format("{} in {}; the rounds were {:.0f}% warm-up and timed transfer", stored.path,
                      format_duration(result_.wall_seconds), 100 * measured_share(result_)));
    }
    return runner.failures() > 0 || any_error() ? kFailed : status;
  }

  static void complain(const std::string& trouble) {
    if (!trouble.empty()) say("splicebench: " + trouble);
  }

  /// Here and in the result.
  void add(const Warning& warning) {
    complain(fmt::format("warning: {}; {}", warning.text, warning.advice));
    result_.warnings.push_back(warning);
  }

  /// Once, with the sentence of the first.
  void warn_of(const std::vector<pid_t>& neighbours, RunStore& store) {
    const bool warned =
        std::any_of(result_.warnings.begin(), result_.warnings.end(),
                    [](const Warning& warning) { return warning.code == kAnotherRun; });
    if (neighbours.empty() || warned) return;
    add(another_run(neighbours));
    complain(store.append(journal_warning(result_.warnings.back())));
  }

  void report_early_end(const std::string& reason, const std::string& path) const {
    std::size_t kept = 0;
    for (const CaseResult& one : result_.cases) kept += one.samples.size();
    const std::size_t all = result_.cases.size() * static_cast<std::size_t>(result_.options.rounds);
    complain(fmt::format("{}; {}{} samples are in {}; go on with: {}", reason, kept,
                         result_.options.time > 0 ? "" : fmt::format(" of {}", all), path,
                         resume_command(arguments_.options, path)));
  }

  bool any_error() const {
    const auto failed = [](const Sample& sample) { return !sample.error.empty(); };
    return std::any_of(result_.cases.begin(), result_.cases.end(), [&](const CaseResult& one) {
      return std::any_of(one.samples.begin(), one.samples.end(), failed);
    });
  }

  const RunArguments& arguments_;
  RunLimits limits_;
  std::unique_ptr<Link> link_;
  std::optional<LinkHosts> veth_;     ///< of the link
  std::unique_ptr<HostSet> hosts_;    ///< null: all is on this machine
  double control_round_trip_ = 0;     ///< over them, seconds
  std::vector<RelayCommand> relays_;  ///< as given, with the versions of those that are there
  Result result_;
  std::string note_;  ///< of conditions that are not measured
  Iterations iterations_;
  std::int64_t journal_bytes_ = 0;  ///< of the journal of the run to complete; 0: there is none
  std::string out_;
};

}  // namespace

void add_run(CLI::App& app, Action& action) {
  std::shared_ptr<RunArguments> arguments = std::make_shared<RunArguments>();
  CLI::App& command = *app.add_subcommand("run", "Measure the matrix, write one result file");
  arguments->add_to(command);
  command.callback([arguments, &action] {
    action = [arguments] {
      arguments->resolve();
      return Run(*arguments).execute();
    };
  });
}

}  // namespace splicebench
