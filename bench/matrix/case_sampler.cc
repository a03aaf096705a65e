#include "bench/matrix/case_sampler.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "bench/matrix/conditions.h"
#include "bench/matrix/gbench.h"
#include "bench/paths/paths.h"
#include "harness/foreign/relay_command.h"
#include "results/files/error.h"

namespace splicebench {

namespace {

/// Each role as the rule places it on its host, where that one's CPUs are all there are.
Placement place_over(const HostSet& hosts, const std::string& path, const std::string& name) {
  const PathKinds kinds = path_named(path).kinds;
  const auto on_host_of = [&](Role role) {
    const std::vector<int>& cpus = hosts.cpus(role);
    try {
      return place(placement_on(kinds, name, cpus), cpus);
    } catch (const UsageError& error) {
      throw UsageError(fmt::format("host {}: {}", hosts.place(role), error.what()));
    }
  };
  Placement placement = on_host_of(Role::relay);
  placement.writer = on_host_of(Role::writer).writer;
  placement.reader = on_host_of(Role::reader).reader;
  return placement;
}

std::string cpus_text(const cpu_set_t& set) {
  std::vector<std::size_t> cpus;
  for (std::size_t cpu = 0; cpu < CPU_SETSIZE; ++cpu) {
    if (CPU_ISSET(cpu, &set)) cpus.push_back(cpu);
  }
  if (cpus.empty()) return "left to the scheduler";
  return fmt::format("{} {}", cpus.size() == 1 ? "CPU" : "CPUs", fmt::join(cpus, ","));
}

}  // namespace

void tell_placements(const HostSet& hosts, const RunOptions& options,
                     std::vector<HostFacts>& facts) {
  const std::vector<std::string>& asked = options.conditions[ConditionKind::placement];
  for (HostFacts& one : facts) {
    one.placement.clear();
    for (const std::string& name : asked) {
      const Placement placement = place_over(hosts, options.paths.front(), name);
      const cpu_set_t& set = one.role == Role::writer   ? placement.writer
                             : one.role == Role::reader ? placement.reader
                                                        : placement.relay;
      one.placement += fmt::format("{}{}{}", one.placement.empty() ? "" : "; ",
                                   asked.size() == 1 ? "" : name + ": ", cpus_text(set));
    }
  }
}

RowSettings::RowSettings(SampleSetting shared, HostSet* hosts, Hosts* veth,
                         const std::vector<CaseResult>& cases)
    : shared_(std::move(shared)), hosts_(hosts), veth_(veth) {
  if (hosts_ != nullptr) return;
  const std::vector<int> cpus = allowed_cpus();
  for (const CaseResult& one : cases) {
    const std::string& name = one.id.conditions[ConditionKind::placement].value;
    if (!placements_.contains(name)) placements_[name] = place(name, cpus);
  }
}

SampleSetting RowSettings::of(const Row& row) const {
  SampleSetting setting = shared_;
  const std::string& placement = row.conditions[ConditionKind::placement].value;
  setting.placement =
      hosts_ == nullptr ? placements_.at(placement) : place_over(*hosts_, row.path, placement);
  setting.hosts = hosts_;
  if (row.conditions[ConditionKind::link].value == kVeth) setting.hosts = veth_;
  setting.sockets = socket_settings(row);
  return setting;
}

void CaseSampler::visit(const std::vector<SampleRequest>& requests, const TakeResult& take) {
  std::vector<SamplePlan> plans;
  for (const SampleRequest& request : requests) plans.push_back(plan_of(request));
  SampleSetting setting = settings_.of(requests.front().id);
  setting.source = &source_;
  take_visit(plans, setting, [&](std::size_t index, SampleResult result) {
    const SampleRequest& request = requests[index];
    if (request.purpose == Purpose::measure && result.sample.error.empty()) {
      Sample& sample = result.sample;
      const Repetition repetition =
          run_repetition(request.id.name(), request.iterations, {sample.seconds, sample.bytes});
      // The figures of record are Google Benchmark's.
      sample.iterations = repetition.iterations;
      sample.seconds = repetition.seconds;
    }
    take(index, std::move(result));
  });
}

SamplePlan CaseSampler::plan_of(const SampleRequest& request) const {
  SamplePlan plan;
  plan.path = &path_named(request.id.path);
  plan.mode = request.id.mode;
  plan.relay = relay_of(request.id.mode, relays_);
  plan.chunk = request.id.chunk;
  const Conditions& conditions = request.id.conditions;
  plan.flows = flows_of(conditions);
  plan.relay_threads = count_of(conditions, ConditionKind::relay_threads);
  plan.peer_threads = count_of(conditions, ConditionKind::peer_threads);
  plan.iterations = request.iterations;
  plan.warmup = request.warmup;
  plan.hashed = request.purpose == Purpose::verify;
  plan.seed = seed_;
  return plan;
}

}  // namespace splicebench
