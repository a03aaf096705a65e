#include "results/model/hosts/host_names.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>
#include <optional>

namespace splicebench {

namespace {

using Name = std::string (*)(const HostFacts& host);

std::string own_name(const HostFacts& host) { return host.host; }

std::string known_name(const HostFacts& host) {
  const std::optional<HostPlace> place = parse_host_place(host.place);
  if (!place || place->kind == HostPlace::Kind::local) return host.host;
  return place->host;
}

std::string whole_place(const HostFacts& host) { return host.place; }

/// Hosts have the same name where they are the same place, and only there.
bool tells_apart(const std::vector<HostFacts>& hosts, Name name) {
  std::map<std::string, std::string> places;
  return std::all_of(hosts.begin(), hosts.end(), [&](const HostFacts& host) {
    const std::string text = name(host);
    return !text.empty() && places.emplace(text, host.place).first->second == host.place;
  });
}

}  // namespace

std::vector<std::string> host_names(const std::vector<HostFacts>& hosts) {
  Name best = whole_place;
  for (const Name name : {known_name, own_name}) {
    if (tells_apart(hosts, name)) best = name;
  }
  std::vector<std::string> names;
  names.reserve(hosts.size());
  for (const HostFacts& host : hosts) names.push_back(best(host));
  return names;
}

std::string hosts_text(const Result& result) {
  const std::vector<std::string> names = host_names(result.hosts);
  std::vector<std::string> parts;
  for (std::size_t i = 0; i < names.size(); ++i) {
    parts.push_back(fmt::format("{} on {}", role_text(result, result.hosts[i].role), names[i]));
  }
  return fmt::format("{}", fmt::join(parts, ", "));
}

const char* role_text(const Result& result, Role role) {
  const RoleInfo& info = kRoles[static_cast<std::size_t>(role)];
  return result.ping ? info.ping : info.name;
}

const HostFacts* host_of(const Result& result, Role role) {
  const auto found = std::find_if(result.hosts.begin(), result.hosts.end(),
                                  [role](const HostFacts& one) { return one.role == role; });
  return found == result.hosts.end() ? nullptr : &*found;
}

RelayMachine relay_machine(const Result& result) {
  const HostFacts* const relay = host_of(result, Role::relay);
  if (relay != nullptr) return {relay->host, relay->kernel, relay->cpu_model, relay->cpus};
  const Environment& environment = result.environment;
  return {environment.host, environment.kernel, environment.cpu_model, environment.cpus};
}

std::string relay_device_text(const Result& result) {
  const HostFacts* const relay = host_of(result, Role::relay);
  if (relay == nullptr || relay->nic.empty()) return {};
  std::string devices = relay->nic;
  const std::size_t next = devices.find("; ");
  if (next != std::string::npos) devices.replace(next, 1, " and");
  return fmt::format("the relay's device{} {}{}", next == std::string::npos ? "" : "s", devices,
                     relay->mtu ? fmt::format(", MTU {}", *relay->mtu) : "");
}

}  // namespace splicebench
