#include "bench/matrix/hosts/host_options.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <functional>
#include <optional>
#include <utility>
#include <vector>

#include "bench/matrix/checks.h"
#include "bench/matrix/matrix.h"
#include "bench/paths/paths.h"
#include "harness/foreign/relay_command.h"
#include "results/files/error.h"

namespace splicebench {

namespace {

const char* name_of(const RoleInfo& info, RoleNames names) {
  return names == RoleNames::ping ? info.ping : info.name;
}

std::string all_roles(RoleNames names) {
  return fmt::format("{}, {}, {}", name_of(kRoles[0], names), name_of(kRoles[1], names),
                     name_of(kRoles[2], names));
}

Role role_of(const std::string& name, const char* flag, RoleNames names) {
  for (const RoleInfo& info : kRoles) {
    if (name == name_of(info, names)) return info.role;
  }
  throw UsageError(
      fmt::format("{}: '{}' is no role; choose from: {}", flag, name, all_roles(names)));
}

/// What a role's text must be; returns it as it is kept.
using Read = std::function<std::string(const std::string& role, const std::string& text)>;

PerRole<std::string> parse_by_role(const std::string& text, const char* flag, const char* example,
                                   RoleNames names, const Read& read) {
  PerRole<std::string> values;
  PerRole<bool> known;
  for (const std::string& part : split_at_commas(text)) {
    const std::size_t equals = part.find('=');
    if (equals == std::string::npos) {
      throw UsageError(fmt::format("{}: '{}' names no role; write e.g. {}={}, with one of {}", flag,
                                   part, name_of(kRoles[1], names), example, all_roles(names)));
    }
    const std::string name = part.substr(0, equals);
    const Role role = role_of(name, flag, names);
    if (std::exchange(known[role], true))
      throw UsageError(fmt::format("{}: '{}' is given twice; name it once", flag, name));
    values[role] = read(name, part.substr(equals + 1));
  }
  return values;
}

std::string read_place(const std::string& role, const std::string& text) {
  const std::optional<HostPlace> place = parse_host_place(text);
  if (!place) {
    throw UsageError(fmt::format("--hosts: '{}', where the {} should be, is not {}", text, role,
                                 kHostPlaceForms));
  }
  return place->kind == HostPlace::Kind::local ? "" : host_place_text(*place);
}

std::string read_address(const std::string& role, const std::string& text) {
  std::array<unsigned char, sizeof(in6_addr)> bytes{};
  const bool is_address = ::inet_pton(AF_INET, text.c_str(), bytes.data()) == 1 ||
                          ::inet_pton(AF_INET6, text.c_str(), bytes.data()) == 1;
  if (is_address) return text;
  throw UsageError(
      fmt::format("--addr: '{}' of the {} is no IP address; give one in numbers, e.g. {}=10.0.0.2",
                  text, role, role));
}

std::string by_role(const PerRole<std::string>& texts, RoleNames names) {
  std::vector<std::string> parts;
  for (const RoleInfo& info : kRoles) {
    if (!texts[info.role].empty())
      parts.push_back(fmt::format("{}={}", name_of(info, names), texts[info.role]));
  }
  return fmt::format("{}", fmt::join(parts, ","));
}

bool any_behind_ssh(const HostOptions& hosts) {
  return std::any_of(kRoles.begin(), kRoles.end(), [&](const RoleInfo& info) {
    return hosts.places[info.role].starts_with("ssh://");
  });
}

CLI::Validator no_option() {
  return CLI::Validator(
      [](const std::string& text) {
        if (text.empty()) return std::string("give the program's name or path on the hosts");
        return text.front() == '-' ? fmt::format("'{}' is no program", text) : std::string();
      },
      "");
}

}  // namespace

PerRole<std::string> parse_hosts(const std::string& text, RoleNames names) {
  return parse_by_role(text, "--hosts", "ssh://HOST", names, read_place);
}

PerRole<std::string> parse_addresses(const std::string& text, RoleNames names) {
  return parse_by_role(text, "--addr", "10.0.0.2", names, read_address);
}

void add_host_flags(CLI::App& command, HostOptions& hosts, RoleNames names) {
  command
      .add_option_function<std::string>(
          "--hosts",
          [&hosts, names](const std::string& text) { hosts.places = parse_hosts(text, names); },
          fmt::format("where {} are: ROLE=PLACE,..., a PLACE being {}", all_roles(names),
                      kHostPlaceForms))
      ->default_str("all local");
  command
      .add_option_function<std::string>(
          "--addr",
          [&hosts, names](const std::string& text) {
            hosts.addresses = parse_addresses(text, names);
          },
          "addresses of the data connections: ROLE=ADDRESS,...")
      ->default_str("those that ssh reached");
  command
      .add_option("--remote-program", hosts.remote_program, "splicebench on the hosts behind ssh")
      ->default_str("splicebench on the PATH there")
      ->check(no_option());
  command.add_flag("--copy", hosts.copy,
                   "send this program to the hosts behind ssh, for this run alone");
}

void require_host_options(const CLI::App& command, const RunOptions& options) {
  const auto given = [&](const char* flag) {
    const CLI::Option* const option = command.get_option_no_throw(flag);
    return option != nullptr && option->count() > 0;
  };
  const HostOptions& hosts = options.hosts;
  if (hosts.all_local()) {
    for (const char* flag : {"--addr", "--remote-program", "--copy"}) {
      if (given(flag))
        throw UsageError(fmt::format("{}: is of a run over hosts; name them with --hosts", flag));
    }
    return;
  }
  for (const char* flag : {"--link", "--netem"}) {
    if (given(flag)) {
      throw UsageError(fmt::format(
          "{}: is of one machine; what lies between hosts is theirs: leave it out with --hosts",
          flag));
    }
  }
  for (const char* flag : {"--remote-program", "--copy"}) {
    if (given(flag) && !any_behind_ssh(hosts)) {
      throw UsageError(
          fmt::format("{}: is of hosts behind ssh, and --hosts has none; leave it out", flag));
    }
  }
  if (hosts.copy && given("--remote-program"))
    throw UsageError("--copy: sends the program that is used there; leave --remote-program out");
  const PathKinds over_hosts{EndKind::tcp, EndKind::tcp};
  for (const std::string& path : options.paths) {
    if (path_named(path).kinds == over_hosts) continue;
    throw UsageError(fmt::format(
        "--paths: {} needs one machine; over hosts there is {}: leave the others or --hosts out",
        path, over_hosts.name()));
  }
}

std::string places_text(const HostOptions& hosts, RoleNames names) {
  return by_role(hosts.places, names);
}

std::string host_flags(const HostOptions& hosts, RoleNames names) {
  if (hosts.all_local()) return "";
  std::string flags = " --hosts " + quoted(places_text(hosts, names));
  const std::string addresses = by_role(hosts.addresses, names);
  if (!addresses.empty()) flags += " --addr " + addresses;
  if (!hosts.remote_program.empty()) flags += " --remote-program " + quoted(hosts.remote_program);
  if (hosts.copy) flags += " --copy";
  return flags;
}

void require_same_hosts(const HostOptions& then, const HostOptions& given,
                        const std::string& path) {
  if (then.remote_program == given.remote_program) return;
  throw UsageError(fmt::format(
      "--resume: the run of {} had {} on its hosts, which is started only when it is named again: "
      "{}",
      path, then.remote_program.empty() ? "splicebench" : "'" + then.remote_program + "'",
      then.remote_program.empty() ? "leave --remote-program out"
                                  : "add --remote-program " + quoted(then.remote_program)));
}

}  // namespace splicebench
