// splicebench run: measures the matrix, writes one result file, prints tables and a verdict.

#include <fmt/format.h>
#include <unistd.h>

#include <cstdlib>
#include <ctime>
#include <memory>
#include <system_error>

#include "bench/case_sampler.h"
#include "bench/command.h"
#include "bench/matrix.h"
#include "bench/preflight.h"
#include "bench/run_options.h"
#include "bench/run_store.h"
#include "harness/environment.h"
#include "harness/interrupt.h"
#include "harness/process.h"
#include "harness/runner.h"
#include "results/error.h"
#include "results/export.h"
#include "results/result_json.h"
#include "results/run_table.h"
#include "results/size.h"
#include "results/verdict.h"

namespace splicebench {

namespace {

constexpr int kDone = 0;
constexpr int kFailed = 3;
constexpr int kInterrupted = 130;

int list(const std::vector<CaseResult>& cases) {
  for (const CaseResult& one : cases) fmt::print("{}\n", one.id.name());
  return kDone;
}

int dry_run(const RunOptions& options, const std::vector<CaseResult>& cases,
            const Placement& placement) {
  fmt::print("{} cases x {} rounds = {} samples of at least {} s, about {}\n", cases.size(),
             options.rounds, cases.size() * static_cast<std::size_t>(options.rounds),
             options.min_time, format_duration(planned_seconds(options, cases.size())));
  fmt::print("paths     {}\nchunks    {} to {} ({})\nmodes     {}\nplacement {}\nseed      {}\n",
             fmt::join(options.paths, ", "), format_size(options.chunks.front()),
             format_size(options.chunks.back()), options.chunks.size(),
             fmt::join(options.modes, ", "), placement.text, options.seed);
  if (needs_file_dir(options))
    fmt::print("file-dir  {} ({})\n", options.file_dir, file_system_of(options.file_dir));
  return kDone;
}

std::string default_out() {
  const std::time_t now = std::time(nullptr);
  std::tm utc{};
  ::gmtime_r(&now, &utc);
  char text[64];
  std::strftime(text, sizeof text, "splicebench-%Y%m%dT%H%M%SZ.json", &utc);
  return text;
}

/// The run goes on where it was begun: figures of two machines do not mix.
void require_same_machine(const Environment& then, const Environment& now,
                          const std::string& path) {
  if (then.kernel == now.kernel && then.cpu_model == now.cpu_model && then.cpus == now.cpus) return;
  throw UsageError(fmt::format(
      "--resume: {} was measured on {} with {} CPUs ({}), this is {} with {} ({}); start a new run",
      path, then.kernel, then.cpus, then.cpu_model, now.kernel, now.cpus, now.cpu_model));
}

/// Pipes the kernel made smaller than asked for; known only here, where modes are.
void warn_of_small_pipes(Result& result) {
  for (const CaseResult& one : result.cases) {
    const Mode mode = parse_mode(one.id.mode);
    for (const auto& [name, bytes] : one.granted) {
      if (bytes >= mode.values.at(name)) continue;
      result.warnings.push_back(
          {"granted",
           fmt::format("{} asked for a {} of {} and got {}", one.id.name(), name,
                       format_size(mode.values.at(name)), format_size(bytes)),
           fmt::format("raise it with: sysctl fs.pipe-max-size={}", mode.values.at(name))});
      return;  // one says it for all
    }
  }
}

bool stdout_colour() {
  const char* const no_colour = std::getenv("NO_COLOR");
  return ::isatty(STDOUT_FILENO) != 0 && (no_colour == nullptr || *no_colour == '\0');
}

void print_result(const Result& result, const std::string& format) {
  if (format == "json") {
    fmt::print("{}", to_json(result));
  } else if (format == "benchfmt") {
    fmt::print("{}", to_benchfmt(result));
  } else if (format == "csv") {
    fmt::print("{}", to_csv(result));
  } else {
    fmt::print("{}", run_text(result, verdict_of(result), stdout_colour()));
  }
}

std::string repeat_command(const RunOptions& options) {
  std::string command = fmt::format(
      "splicebench run --paths {} --chunks {} --modes {} --rounds {} --min-time {} --seed {} "
      "--placement {} --timeout {}",
      fmt::join(options.paths, ","), chunks_text(options.chunks), fmt::join(options.modes, ","),
      options.rounds, options.min_time, options.seed, options.placement, options.timeout);
  if (!options.filter.empty()) command += fmt::format(" --filter '{}'", options.filter);
  if (needs_file_dir(options)) command += fmt::format(" --file-dir '{}'", options.file_dir);
  return command;
}

class Run {
 public:
  explicit Run(const RunArguments& arguments) : arguments_(arguments), limits_() {}

  int execute() {
    begin();
    Placement placement = place(result_.options.placement, allowed_cpus());
    if (arguments_.list) return list(result_.cases);
    if (arguments_.dry_run) return dry_run(result_.options, result_.cases, placement);
    preflight(result_.options, limits_.file_bytes);
    SampleSetting setting{find_programs(), placement, result_.options.file_dir,
                          result_.options.timeout};
    describe(placement);
    RunStore store(out_, arguments_.force, arguments_.resuming());
    store.restart(result_, iterations_);
    return measure(std::move(setting), store);
  }

 private:
  /// Options and cases: new ones, or those of the run to complete.
  void begin() {
    if (!arguments_.resuming()) {
      result_.options = arguments_.options;
      result_.cases = cases_of(result_.options);
      out_ = arguments_.out.empty() ? default_out() : arguments_.out;
      return;
    }
    out_ = arguments_.resume;
    EarlierRun earlier = read_earlier_run(out_);
    arguments_.require_same(earlier.result.options);
    result_ = std::move(earlier.result);
    iterations_ = std::move(earlier.iterations);
    result_.warnings.clear();
    if (!arguments_.list && !arguments_.dry_run) {
      require_same_machine(result_.environment, read_environment(), out_);
    }
  }

  void describe(const Placement& placement) {
    if (arguments_.resuming()) return;  // as it began
    Environment& environment = result_.environment;
    environment = read_environment();
    environment.placement = placement.text;
    environment.peers_share = placement.peers_share;
    if (needs_file_dir(result_.options))
      environment.file_system = file_system_of(result_.options.file_dir);
    environment.command = repeat_command(result_.options);
  }

  int measure(SampleSetting setting, RunStore& store) {
    catch_interrupts();
    if (!arguments_.quiet) {
      fmt::print(stderr, "{} cases x {} rounds, about {}; {}\n", result_.cases.size(),
                 result_.options.rounds,
                 format_duration(planned_seconds(result_.options, result_.cases.size())),
                 result_.environment.placement);
    }
    CaseSampler sampler(std::move(setting), result_.options.seed);
    Progress progress = stderr_progress(arguments_.quiet);
    Runner runner(
        result_, iterations_, sampler, [&store](const std::string& line) { store.append(line); },
        progress, monotonic_seconds, limits_);
    std::string ended;
    int status = kDone;
    try {
      runner.run();
    } catch (const Interrupted&) {
      ended = "interrupted";
      status = kInterrupted;
    } catch (const std::system_error& error) {
      ended = error.what();
      status = kFailed;
    }
    progress.end();
    warn_of_small_pipes(result_);
    store.finish(result_);
    if (!ended.empty()) {
      report_early_end(ended);
      return status;
    }
    print_result(result_, arguments_.format);
    if (!arguments_.quiet) {
      fmt::print(stderr, "{} in {}; the rounds were {:.0f}% warm-up and timed transfer\n", out_,
                 format_duration(result_.wall_seconds), 100 * measured_share());
    }
    return runner.failures() > 0 || any_error() ? kFailed : kDone;
  }

  void report_early_end(const std::string& reason) const {
    std::size_t kept = 0;
    for (const CaseResult& one : result_.cases) kept += one.samples.size();
    fmt::print(
        stderr,
        "splicebench: {}; {} of {} samples are in {}; go on with: splicebench run --resume {}\n",
        reason, kept, result_.cases.size() * static_cast<std::size_t>(result_.options.rounds), out_,
        out_);
  }

  double measured_share() const {
    double measured = 0;
    for (const CaseResult& one : result_.cases) {
      for (const Sample& sample : one.samples) measured += sample.seconds + sample.warmup_seconds;
    }
    return result_.rounds_seconds > 0 ? measured / result_.rounds_seconds : 0;
  }

  bool any_error() const {
    for (const CaseResult& one : result_.cases) {
      for (const Sample& sample : one.samples) {
        if (!sample.error.empty()) return true;
      }
    }
    return false;
  }

  const RunArguments& arguments_;
  RunLimits limits_;
  Result result_;
  Iterations iterations_;
  std::string out_;
};

}  // namespace

void add_run(CLI::App& app, Action& action) {
  std::shared_ptr<RunArguments> arguments = std::make_shared<RunArguments>();
  CLI::App* const command =
      app.add_subcommand("run", "Measure the matrix and write one result file");
  arguments->add_to(*command);
  command->callback([arguments, &action] {
    action = [arguments] {
      arguments->resolve();
      return Run(*arguments).execute();
    };
  });
}

}  // namespace splicebench
