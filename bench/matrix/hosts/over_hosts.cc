#include "bench/matrix/hosts/over_hosts.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <numeric>
#include <utility>
#include <vector>

#include "harness/machine/placement.h"
#include "results/files/error.h"
#include "results/model/hosts/host_names.h"
#include "results/text/line.h"

namespace splicebench {

namespace {

/// Nothing tells two machines of one name, kernel and kind apart; whoever has them names them.
bool same_machine(const HostFacts& a, const HostFacts& b) {
  return a.host == b.host && a.kernel == b.kernel && a.cpu_model == b.cpu_model && a.cpus == b.cpus;
}

std::string machine_text(const HostFacts& host) {
  return one_line(fmt::format("{} with {} CPUs ({})", host.kernel, host.cpus, host.cpu_model));
}

}  // namespace

AppliedCondition placed_on_each(const std::string& name) {
  return {ConditionKind::placement, name, false,
          name == kAuto ? "CPUs by each host's own number of them"
                        : fmt::format("{}, on each host by itself", name)};
}

AppliedCondition place_over_hosts(const std::string& value, const PathKinds& /*path*/) {
  // How many CPUs there are is each host's to tell; here the name alone is held against the rule.
  const std::string name = value == kAuto ? value : place(value, {0, 1, 2, 3}).name;
  return placed_on_each(name);
}

MachineConditions conditions_over_hosts(RunOptions& options, Placer placer) {
  // What there is, and which is the system's own, differs from host to host.
  return {options,
          std::move(placer),
          {[](const std::string& /*name*/) { return std::string(); },
           [] { return std::string(kSystem); }}};
}

MachineConditions sample_conditions(RunOptions& options) {
  if (options.hosts.all_local()) return {options, place_samples};
  return conditions_over_hosts(options, place_over_hosts);
}

void tell_where(Result& result) {
  const auto is_placement = [](const AppliedCondition& one) {
    return one.kind == ConditionKind::placement;
  };
  if (std::count_if(result.conditions.begin(), result.conditions.end(), is_placement) != 1) return;
  AppliedCondition& only =
      *std::find_if(result.conditions.begin(), result.conditions.end(), is_placement);
  std::vector<std::string> places;
  for (const HostFacts& host : result.hosts) {
    const bool is_set = host.placement.starts_with("CPU");
    places.push_back(
        fmt::format("{}{} {}", role_text(result, host.role), is_set ? " on" : "", host.placement));
  }
  only.text =
      fmt::format("{}{}", only.value == kAuto ? "" : only.value + ": ", fmt::join(places, ", "));
}

void settle_sharing(Result& result) {
  const HostFacts* const writer = host_of(result, Role::writer);
  const HostFacts* const relay = host_of(result, Role::relay);
  const HostFacts* const reader = host_of(result, Role::reader);
  if (writer == nullptr || relay == nullptr || reader == nullptr) return;
  for (AppliedCondition& one : result.conditions) {
    if (one.kind != ConditionKind::placement) continue;
    const auto sharing_on = [&](const HostFacts& host) {
      std::vector<int> cpus(static_cast<std::size_t>(std::max<std::int64_t>(host.cpus, 1)));
      std::iota(cpus.begin(), cpus.end(), 0);
      return place(placement_on({EndKind::tcp, EndKind::tcp}, one.value, cpus), cpus).sharing;
    };
    one.sharing = {same_machine(*writer, *reader) && sharing_on(*writer).peers,
                   same_machine(*writer, *relay) && sharing_on(*relay).writer,
                   same_machine(*reader, *relay) && sharing_on(*relay).reader};
  }
}

void require_same_machines(const std::vector<HostFacts>& then, const std::vector<HostFacts>& now,
                           const std::string& path) {
  for (std::size_t i = 0; i < then.size() && i < now.size(); ++i) {
    const HostFacts& was = then[i];
    const HostFacts& is = now[i];
    if (was.kernel == is.kernel && was.cpu_model == is.cpu_model && was.cpus == is.cpus) continue;
    throw UsageError(
        fmt::format("--resume: in {} the {} was on {}, {}, which is {} now; start a new run", path,
                    kRoles[static_cast<std::size_t>(was.role)].name, was.place, machine_text(was),
                    machine_text(is)));
  }
}

}  // namespace splicebench
