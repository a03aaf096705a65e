#include "bench/pings/ping_hosts.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <set>

#include "bench/matrix/conditions.h"
#include "bench/matrix/hosts/over_hosts.h"
#include "harness/foreign/relay_command.h"
#include "results/files/error.h"

namespace splicebench {

namespace {

PingJob hosted_job(const RunOptions& options, const PingOptions& ping, const Row& row,
                   const std::string& mode) {
  PingJob job;
  job.one.id = {row, mode};
  job.plan = common_plan(options, ping, row.chunk);
  job.plan.sockets = socket_settings(row);
  if (mode == kFloor) return job;
  job.one.floor = kFloor;
  job.plan.mode = mode;
  if (const RelayCommand* const relay = relay_of(mode, options.relays)) job.plan.relay = *relay;
  return job;
}

int cpu_of(Role role, const PingPlan& plan) {
  return role == Role::writer  ? plan.client_cpu
         : role == Role::relay ? plan.relay_cpu
                               : plan.server_cpu;
}

}  // namespace

std::vector<PingJob> hosted_jobs(const RunOptions& options, const PingOptions& ping,
                                 const std::vector<Row>& rows) {
  std::vector<PingJob> jobs;
  for (const Row& row : rows) {
    jobs.push_back(hosted_job(options, ping, row, kFloor));
    for (const std::string& mode : options.modes)
      jobs.push_back(hosted_job(options, ping, row, mode));
  }
  return jobs;
}

void go_to(HostSet& hosts, const Row& row, PingPlan& plan) {
  plan.hosts = &hosts;
  const auto placement_on = [&](Role role) {
    try {
      return place_ping(row.conditions[ConditionKind::placement].value, hosts.cpus(role));
    } catch (const UsageError& refused) {
      throw UsageError(fmt::format("host {}: {}", hosts.at(role).name(), refused.what()));
    }
  };
  plan.client_cpu = placement_on(Role::writer).client;
  plan.relay_cpu = placement_on(Role::relay).relay;
  plan.server_cpu = placement_on(Role::reader).server;
}

void leave_out(const std::vector<std::string>& modes, Result& result,
               std::vector<PingPlan>& plans) {
  std::vector<PingCase>& cases = result.ping->cases;
  for (const std::string& mode : modes) {
    std::erase(result.options.modes, mode);
    for (std::size_t i = cases.size(); i-- > 0;) {
      if (cases[i].id.mode != mode) continue;
      cases.erase(cases.begin() + static_cast<std::ptrdiff_t>(i));
      plans.erase(plans.begin() + static_cast<std::ptrdiff_t>(i));
    }
  }
}

void tell_cpus(const std::vector<PingPlan>& plans, std::vector<HostFacts>& facts) {
  for (HostFacts& one : facts) {
    std::set<int> cpus;
    for (const PingPlan& plan : plans) cpus.insert(cpu_of(one.role, plan));
    const bool anywhere = cpus.erase(-1) > 0;
    one.placement = cpus.empty() ? "left to the scheduler"
                                 : fmt::format("{} {}{}", cpus.size() == 1 ? "CPU" : "CPUs",
                                               fmt::join(cpus, ","), anywhere ? " or any" : "");
  }
}

AppliedCondition place_pings_over_hosts(const std::string& value, const PathKinds& /*path*/) {
  // How many CPUs there are is each host's to tell; here the name alone is held against the rule.
  return placed_on_each(value == kAuto ? value : place_ping(value, {0, 1, 2, 3}).name);
}

}  // namespace splicebench
