#include "results/verdict/history/differences.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "results/model/hosts/host_facts_text.h"
#include "results/model/hosts/host_names.h"
#include "results/text/line.h"

namespace splicebench {

namespace {

std::string usual_text(const Result& result, ConditionKind kind) {
  std::vector<std::string> texts;
  for (const AppliedCondition& one : result.conditions) {
    if (one.kind == kind && one.usual) texts.push_back(one.text);
  }
  // Older files know one flow alone, and of one flow none tells the threads.
  const ConditionInfo& info = kConditions[static_cast<std::size_t>(kind)];
  if (texts.empty() && std::string(info.plain) == "1") return info.plain;
  return fmt::format("{}", fmt::join(texts, " | "));
}

std::string told(const std::string& value) {
  constexpr std::size_t kMost = 60;
  return value.empty() ? "not known" : clip(one_line(value), kMost);
}

void add(std::vector<Difference>& all, const std::string& name, const std::string& before,
         const std::string& after) {
  if (before != after) all.push_back({name, told(before), told(after)});
}

/// Where one result was measured over hosts, each of them takes part with all that is known of it.
void add_hosts(std::vector<Difference>& all, const Result& before, const Result& after) {
  if (before.hosts.empty() != after.hosts.empty()) {
    const auto where = [](const Result& result) {
      return result.hosts.empty() ? "one machine" : hosts_text(result);
    };
    all.push_back({"hosts", told(where(before)), told(where(after))});
    return;
  }
  for (const RoleInfo& info : kRoles) {
    const HostFacts* const a = host_of(before, info.role);
    const HostFacts* const b = host_of(after, info.role);
    if (a == nullptr && b == nullptr) continue;
    const std::vector<NamedFact> was = named_facts(a == nullptr ? HostFacts() : *a);
    const std::vector<NamedFact> is = named_facts(b == nullptr ? HostFacts() : *b);
    for (std::size_t i = 0; i < was.size(); ++i)
      add(all, fmt::format("{}'s {}", role_text(after, info.role), was[i].name), was[i].value,
          is[i].value);
  }
}

}  // namespace

std::vector<Difference> differences(const Result& before, const Result& after) {
  const Environment& a = before.environment;
  const Environment& b = after.environment;
  std::vector<Difference> all;
  add(all, "machine", a.host, b.host);
  add(all, "kernel", a.kernel, b.kernel);
  add(all, "CPU", a.cpu_model, b.cpu_model);
  add(all, "CPUs", std::to_string(a.cpus), std::to_string(b.cpus));
  add(all, "hypervisor", a.hypervisor, b.hypervisor);
  add(all, "CPU frequency governor", a.governor, b.governor);
  // Without a path that has a file there is none.
  if (!a.file_system.empty() && !b.file_system.empty())
    add(all, "file system", a.file_system, b.file_system);
  add(all, "splicebench", a.version, b.version);
  add(all, "compiler", a.compiler, b.compiler);
  add(all, "build", a.build_type, b.build_type);
  add_hosts(all, before, after);
  add(all, "netem", before.options.netem, after.options.netem);
  for (const ConditionInfo& info : kConditions)
    add(all, info.name, usual_text(before, info.kind), usual_text(after, info.kind));
  std::map<std::string, std::string> sysctls = a.sysctls;
  sysctls.insert(b.sysctls.begin(), b.sysctls.end());
  const auto value = [](const Environment& of, const std::string& name) {
    const auto found = of.sysctls.find(name);
    return found == of.sysctls.end() ? std::string() : found->second;
  };
  for (const auto& [name, any] : sysctls) add(all, name, value(a, name), value(b, name));
  return all;
}

}  // namespace splicebench
