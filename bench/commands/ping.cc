// splicebench ping: round trips through a relay and without one, modes side by side.

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <exception>
#include <memory>
#include <optional>
#include <utility>

#include "bench/commands/command.h"
#include "bench/commands/standard_streams.h"
#include "bench/matrix/conditions.h"
#include "bench/matrix/hosts/host_options.h"
#include "bench/matrix/hosts/hosts_tell.h"
#include "bench/matrix/hosts/over_hosts.h"
#include "bench/matrix/matrix.h"
#include "bench/matrix/output.h"
#include "bench/matrix/preflight.h"
#include "bench/matrix/programs.h"
#include "bench/matrix/run_options.h"
#include "bench/matrix/run_store.h"
#include "bench/pings/ping_cases.h"
#include "bench/pings/ping_hosts.h"
#include "bench/pings/ping_options.h"
#include "bench/pings/ping_remote.h"
#include "bench/pings/ping_runner.h"
#include "bench/pings/ping_text.h"
#include "harness/foreign/foreign_relay.h"
#include "harness/foreign/relay_command.h"
#include "harness/hosts/link_hosts.h"
#include "harness/machine/environment.h"
#include "harness/machine/placement.h"
#include "harness/system/interrupt.h"
#include "harness/system/process.h"
#include "harness/system/say.h"
#include "results/files/error.h"
#include "results/files/write_file.h"
#include "results/json/result_json.h"
#include "results/tables/ping_table.h"
#include "results/text/line.h"
#include "results/text/size.h"
#include "results/verdict/ping_figures.h"
#include "results/verdict/warnings.h"

namespace splicebench {

namespace {

class Ping {
 public:
  explicit Ping(const PingArguments& arguments)
      : arguments_(arguments), programs_(find_programs()) {}

  int execute() {
    result_.options = arguments_.options;
    result_.ping.emplace();
    result_.ping->options = arguments_.ping;
    const MachineConditions conditions =
        hosted() ? conditions_over_hosts(result_.options, place_pings_over_hosts)
                 : MachineConditions(result_.options, remote() ? place_nowhere : place_pings);
    result_.conditions = conditions.applied();
    result_.warnings = conditions.warnings();
    link_ = make_link(result_.options);
    if (link_) veth_.emplace(*link_, programs_);
    std::vector<Row> rows = rows_of(result_.options, conditions);
    if (remote()) {
      // What lies between is not ours to tell.
      for (Row& row : rows) row.conditions[ConditionKind::link] = {};
      std::erase_if(result_.conditions,
                    [](const AppliedCondition& one) { return one.kind == ConditionKind::link; });
    }
    std::vector<PingPlan> plans = take_jobs(rows);
    out_ = arguments_.out.empty() ? default_out() : arguments_.out;
    require_output({spare(), "--out", "", arguments_.force}, {});
    require_new_result(out_, arguments_.force);
    if (arguments_.dry_run) {
      tell_unasked(result_.options, arguments_.typed_modes);
      show(plan_text(result_));
      return kDone;
    }
    preflight(result_.options, 0);
    if (hosted()) reach(plans);
    describe();
    catch_interrupts();
    survive_failed_writes();
    open_once(plans);
    return measure(std::move(plans), conditions.note());
  }

 private:
  /// The cases, whose modes are the floors' and those asked for; returns how each is measured.
  std::vector<PingPlan> take_jobs(const std::vector<Row>& rows) {
    std::vector<PingPlan> plans;
    std::vector<PingJob> jobs =
        hosted()   ? hosted_jobs(arguments_.options, arguments_.ping, rows)
        : remote() ? remote_jobs(arguments_.options, arguments_.ping, rows, arguments_.client)
                   : ping_jobs(arguments_.options, arguments_.ping, rows, veth_ ? &*veth_ : nullptr,
                               programs_.guard);
    std::vector<std::string>& modes = result_.options.modes;
    modes.clear();
    std::ptrdiff_t floors = 0;
    for (PingJob& job : jobs) {
      const std::string& mode = job.one.id.mode;
      if (std::find(modes.begin(), modes.end(), mode) == modes.end()) {
        // First, those of rows of other placements, too.
        modes.insert(is_floor(mode) ? modes.begin() + floors++ : modes.end(), mode);
      }
      result_.ping->cases.push_back(std::move(job.one));
      plans.push_back(std::move(job.plan));
    }
    return plans;
  }

  /// What is not of this program must be there: found out before anything is measured. Throws
  /// std::exception that names what is not.
  void open_once(const std::vector<PingPlan>& plans) const {
    for (std::size_t i = 0; i < plans.size(); ++i) {
      const CaseId& id = result_.ping->cases[i].id;
      const bool foreign = remote() || relay_of(id.mode, result_.options.relays) != nullptr;
      if (!foreign || id.chunk != plans.front().size) continue;
      if (plans[i].hosts != nullptr) {
        require_start_there(*plans[i].hosts, wish_of(plans[i]));
        continue;
      }
      try {
        plans[i].open();
      } catch (const SampleFailed& failure) {
        throw UsageError(fmt::format("{}: {}", remote() ? "--client" : "--relay", failure.what()));
      }
    }
  }

  void reach(std::vector<PingPlan>& plans) {
    hosts_ = reach_hosts(result_.options, programs_);
    result_.options.relays = arguments_.relays_on(relays_machine(*hosts_));
    leave_out(left_out_there(*hosts_, arguments_.options, arguments_.typed_modes), result_, plans);
    for (std::size_t i = 0; i < plans.size(); ++i)
      go_to(*hosts_, result_.ping->cases[i].id, plans[i]);
    result_.hosts = hosts_->facts();
    tell_cpus(plans, result_.hosts);
    tell_where(result_);
    require_connections(*hosts_, true, result_.options.timeout);
  }

  void describe() {
    result_.environment = read_environment();
    warn_of_proc(result_.warnings);
    result_.environment.command =
        repeat_command(result_.options, result_.ping->options, arguments_.client);
  }

  int measure(std::vector<PingPlan> plans, const std::string& note) {
    const bool endless = result_.ping->options.count == 0;
    if (!arguments_.quiet) {
      say(conditions_text(result_) + note);
    }
    Progress progress = stderr_progress(arguments_.quiet || endless);
    std::int64_t strangers = 0;
    const auto take = [&](std::size_t index, std::int64_t count, std::int64_t warmup) {
      PingPlan plan = plans[index];
      plan.count = count;
      plan.warmup = warmup;
      BlockResult taken = take_block(plan, programs_);
      strangers += taken.strangers;
      return taken;
    };
    PingRunner runner(result_, take, progress, monotonic_seconds, [&](std::int64_t rounds) {
      if (endless) show(round_text(result_, rounds));
      std::fflush(stdout);
      save_now_and_then();
    });
    std::string ended;
    int status = kDone;
    try {
      runner.run();
    } catch (const Interrupted&) {
      // Asked for without an end, it has come to it.
      if (!endless) ended = "interrupted";
      if (!endless) status = kInterrupted;
    } catch (const std::exception& error) {
      ended = error.what();
      status = kFailed;
    }
    progress.end();
    if (strangers > 0) result_.warnings.push_back(strangers_warning(strangers));
    const Stored stored = store_result(out_, result_);
    if (stored.path.empty()) {
      print_as_last_resort(to_json(result_), stored.trouble);
      return kFailed;
    }
    out_ = stored.path;
    if (!stored.trouble.empty()) {
      say(fmt::format("splicebench: {}; the result is in {}", stored.trouble, stored.path));
      status = kFailed;
    } else if (saves_ > 0) {
      ::unlink(spare().c_str());
    }
    if (!ended.empty()) {
      say(fmt::format("splicebench: {}; the {} so far {} in {}", ended, counted(blocks(), "block"),
                      blocks() == 1 ? "is" : "are", out_));
      return status;
    }
    print_result();
    if (!arguments_.quiet) {
      say(fmt::format("{} in {}", out_, format_duration(result_.wall_seconds)));
    }
    return runner.failures() > 0 ? kFailed : status;
  }

  /// Holds every other save, so that a kill while one file is replaced leaves the other.
  std::string spare() const { return out_ + ".journal"; }

  /// Rounds that are done survive a kill, too. Each writing takes a hundredth of the time at most.
  void save_now_and_then() {
    const double now = monotonic_seconds();
    if (now < save_after_) return;
    try {
      write_file_atomically(saves_ % 2 == 0 ? spare() : out_, to_json(result_));
      ++saves_;
    } catch (const std::exception& error) {
      if (!std::exchange(complained_, true)) {
        say(
            fmt::format("splicebench: {}; round trips go on and the result is written at the end, "
                        "but a kill would lose them",
                        error.what()));
      }
    }
    const double took = monotonic_seconds() - now;
    save_after_ = now + std::max(1.0, 100 * took);
  }

  void print_result() const {
    print_what_is_kept(arguments_.format == "json"
                           ? to_json(result_)
                           : ping_text(result_, ping_verdict(result_), stdout_colour()),
                       out_);
  }

  std::int64_t blocks() const {
    std::int64_t count = 0;
    for (const PingCase& one : result_.ping->cases) count += std::ssize(one.blocks);
    return count;
  }

  bool remote() const { return !arguments_.client.empty(); }
  bool hosted() const { return !arguments_.options.hosts.all_local(); }

  const PingArguments& arguments_;
  Programs programs_;
  std::unique_ptr<Link> link_;
  std::optional<LinkHosts> veth_;   ///< of the link
  std::unique_ptr<HostSet> hosts_;  ///< null: all is on this machine
  Result result_;
  std::string out_;
  double save_after_ = 0;
  int saves_ = 0;
  bool complained_ = false;  ///< of a save that could not be
};

}  // namespace

void add_ping(CLI::App& app, Action& action) {
  std::shared_ptr<PingArguments> arguments = std::make_shared<PingArguments>();
  CLI::App* const command =
      app.add_subcommand("ping", "Measure round trips through a relay, and without one");
  arguments->add_to(*command);
  command->callback([arguments, &action] {
    action = [arguments] {
      arguments->resolve();
      if (!arguments->server.empty()) return serve_pings(arguments->server, find_programs().echo);
      return Ping(*arguments).execute();
    };
  });
}

}  // namespace splicebench
