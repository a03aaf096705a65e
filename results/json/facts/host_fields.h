#pragma once

// The fields of hosts (fields.h): of the options, of what was found there, of a sample over them.

#include <algorithm>
#include <map>
#include <string>

#include "results/files/error.h"
#include "results/json/fields.h"
#include "results/model/hosts/hosts.h"

namespace splicebench {

/// Throws UsageError: a file may hold any text.
inline Role role_named(const std::string& name) {
  const auto* const found = std::find_if(kRoles.begin(), kRoles.end(),
                                         [&](const RoleInfo& info) { return info.name == name; });
  if (found != kRoles.end()) return found->role;
  throw UsageError(fmt::format("'{}' is neither writer, relay nor reader", name));
}

/// An object of those roles that have a text; absent where none has.
template <typename Texts, typename Visit>
void role_fields(const char* key, Texts& texts, Visit& visit) {
  if constexpr (Visit::kWrites) {
    nlohmann::ordered_json object;
    for (const RoleInfo& info : kRoles) {
      if (!texts[info.role].empty()) object[info.name] = texts[info.role];
    }
    visit.sparse(key, object);
  } else {
    std::map<std::string, std::string> by_name;
    visit.sparse(key, by_name);
    for (const auto& [name, text] : by_name) texts[role_named(name)] = text;
  }
}

template <Either<HostOptions> T, typename Visit>
void fields(T& hosts, Visit& visit) {
  role_fields("hosts", hosts.places, visit);
  role_fields("addresses", hosts.addresses, visit);
  visit.sparse("remote_program", hosts.remote_program);
  visit.sparse("copy", hosts.copy);
}

template <Either<HostFacts> T, typename Visit>
void fields(T& host, Visit& visit) {
  std::string role = kRoles[static_cast<std::size_t>(host.role)].name;
  visit("role", role);
  if constexpr (!Visit::kWrites) host.role = role_named(role);
  visit("place", host.place);
  visit.sparse("address", host.address);
  visit.sparse("host", host.host);
  visit.sparse("kernel", host.kernel);
  visit.sparse("cpu_model", host.cpu_model);
  visit.sparse("cpus", host.cpus);
  visit.sparse("placement", host.placement);
  visit.sparse("nic", host.nic);
  visit.sparse("offloads", host.offloads);
  visit("mtu", host.mtu);
  visit.sparse("qdisc", host.qdisc);
  visit.sparse("congestion", host.congestion);
  visit.sparse("clock_source", host.clock_source);
}

template <Either<HostSample> T, typename Visit>
void fields(T& hosts, Visit& visit) {
  visit("control_round_trip_seconds", hosts.control_round_trip);
  visit("strangers", hosts.strangers);
  visit.group("writer_host", hosts.usage[Role::writer]);
  visit.group("relay_host", hosts.usage[Role::relay]);
  visit.group("reader_host", hosts.usage[Role::reader]);
}

}  // namespace splicebench
