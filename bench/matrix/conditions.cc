#include "bench/matrix/conditions.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>
#include <utility>

#include "bench/matrix/checks.h"
#include "bench/matrix/matrix.h"
#include "bench/paths/paths.h"
#include "harness/machine/placement.h"
#include "harness/network/link.h"
#include "results/files/error.h"
#include "results/text/size.h"

namespace splicebench {

AppliedCondition place_samples(const std::string& value, const PathKinds& path) {
  const std::vector<int> cpus = allowed_cpus();
  const Placement placement = place(placement_on(path, value, cpus), cpus);
  return {ConditionKind::placement, placement.name, false, placement.text, placement.sharing};
}

MachineConditions::MachineConditions(RunOptions& options, Placer placer,
                                     CongestionControls controls)
    : options_(options),
      placer_(std::move(placer)),
      controls_(std::move(controls)),
      usual_congestion_(usual_congestion()) {
  std::vector<std::string>& congestion = options.conditions[ConditionKind::congestion];
  if (congestion.empty()) congestion = {usual_congestion_};
  require_flows();
  const PathKinds both{EndKind::tcp, EndKind::tcp};  // tells all values apart
  for (const ConditionInfo& info : kConditions) {
    std::map<std::string, std::string> known;  // value, as asked for
    for (const std::string& asked : options.conditions[info.kind]) {
      require_possible(info.kind, asked);
      const std::string value = value_on(both, info.kind, asked);
      const auto [first, fresh] = known.emplace(value, asked);
      if (!fresh) {
        throw UsageError(fmt::format("--{}: '{}' and '{}' are the same here, {}; name one of them",
                                     info.name, first->second, asked, value));
      }
    }
  }
}

void MachineConditions::require_possible(ConditionKind kind, const std::string& value) const {
  if (!options_.hosts.all_local()) return;  // what is possible there, its sockets say
  if (kind == ConditionKind::congestion && value != kSystem) {
    const std::string why = controls_.why_not(value);
    if (!why.empty()) throw UsageError("--congestion: " + why);
  }
  if (kind == ConditionKind::socket_buffer && value != kAuto) {
    const std::string why = why_not_buffer(parse_size(value, "--socket-buffer"));
    if (!why.empty()) throw UsageError(fmt::format("--socket-buffer: {} {}", value, why));
  }
}

void MachineConditions::require_flows() const {
  std::int64_t least_many = 0;  // flows, of more than one
  for (const std::string& text : options_.conditions[ConditionKind::flows]) {
    const std::int64_t flows = parse_size(text, "--flows");
    if (flows > 1 && (least_many == 0 || flows < least_many)) least_many = flows;
  }
  for (const ConditionKind kind : {ConditionKind::relay_threads, ConditionKind::peer_threads}) {
    const std::int64_t threads = most_of(options_, kind);
    if (threads > 1 && least_many == 0)
      throw UsageError(fmt::format("{}: serve many flows; add --flows", flag_of(kind)));
    if (threads > 1 && threads > least_many) {
      throw UsageError(fmt::format("{}: {} threads are more than {} flows; ask for no more",
                                   flag_of(kind), threads, least_many));
    }
  }
  if (least_many == 0 || asks_for(options_, ConditionKind::flows, "1")) return;
  for (const std::string& name : options_.paths) {
    if (path_named(name).kinds.has_writer()) continue;
    throw UsageError(
        fmt::format("--flows: {} has one flow, for its source is a file; leave it out of --paths, "
                    "or add 1 to --flows",
                    name));
  }
}

std::string MachineConditions::usual_congestion() const {
  for (const char* name : {"cubic", "reno"}) {
    if (controls_.why_not(name).empty()) return name;
  }
  return controls_.own();
}

std::string MachineConditions::value_on(const PathKinds& path, ConditionKind kind,
                                        const std::string& asked) const {
  switch (kind) {
    case ConditionKind::placement:
      return placer_(asked, path).value;
    case ConditionKind::congestion:
      if (!path.has_tcp()) return "";
      return asked == kSystem ? controls_.own() : asked;
    case ConditionKind::link:
      // What lies between hosts is not ours to tell.
      return path.has_tcp() && options_.hosts.all_local() ? asked : "";
    case ConditionKind::flows:
    case ConditionKind::relay_threads:
    case ConditionKind::peer_threads:
    case ConditionKind::socket_buffer:
      break;
  }
  return asked;
}

std::string MachineConditions::usual_on(const PathKinds& path, ConditionKind kind) const {
  switch (kind) {
    case ConditionKind::congestion:
      return value_on(path, kind, usual_congestion_);
    case ConditionKind::link:
      return value_on(path, kind, kLoopback);
    case ConditionKind::flows:
    case ConditionKind::relay_threads:
    case ConditionKind::peer_threads:
      return "1";
    case ConditionKind::placement:
    case ConditionKind::socket_buffer:
      break;
  }
  return value_on(path, kind, kAuto);
}

namespace {

/// Without those of many flows where the source is a file, and without threads of one flow.
std::vector<Conditions> only_possible(const PathKinds& path, const std::vector<Conditions>& all) {
  std::vector<Conditions> possible;
  for (Conditions one : all) {
    const bool many = flows_of(one) > 1;
    if (many && !path.has_writer()) continue;
    if (!many) one[ConditionKind::relay_threads] = one[ConditionKind::peer_threads] = {};
    if (std::find(possible.begin(), possible.end(), one) == possible.end()) possible.push_back(one);
  }
  return possible;
}

}  // namespace

std::vector<Conditions> MachineConditions::on(const PathKinds& path) const {
  std::vector<Conditions> all(1);
  for (const ConditionInfo& info : kConditions) {
    const std::string usual = usual_on(path, info.kind);
    std::vector<Condition> values;
    for (const std::string& asked : options_.conditions[info.kind]) {
      const std::string value = value_on(path, info.kind, asked);
      const Condition one{value, value == usual};
      if (std::find(values.begin(), values.end(), one) == values.end()) values.push_back(one);
    }
    std::vector<Conditions> longer;
    for (const Conditions& so_far : all) {
      for (const Condition& value : values) {
        longer.push_back(so_far);
        longer.back()[info.kind] = value;
      }
    }
    all = std::move(longer);
  }
  return only_possible(path, all);
}

std::vector<AppliedCondition> MachineConditions::applied() const {
  std::vector<AppliedCondition> all;
  const auto add = [&](const PathKinds& path, ConditionKind kind, const std::string& value) {
    if (value.empty()) return;
    const bool usual = value == usual_on(path, kind);
    for (AppliedCondition& known : all) {
      if (known.kind != kind || known.value != value) continue;
      known.usual = known.usual || usual;
      return;
    }
    AppliedCondition one{kind, value, usual, value};
    if (kind == ConditionKind::placement) {
      one = placer_(value, path);
      one.usual = usual;
    }
    if (kind == ConditionKind::link) one.text = describe_link(value, options_.netem);
    all.push_back(std::move(one));
  };
  const bool many = most_of(options_, ConditionKind::flows) > 1;
  for (const ConditionInfo& info : kConditions) {
    if (is_count(info.kind) && info.kind != ConditionKind::flows && !many) continue;
    add({EndKind::tcp, EndKind::tcp}, info.kind, usual_on({EndKind::tcp, EndKind::tcp}, info.kind));
    for (const std::string& name : options_.paths) {
      const PathKinds path = path_named(name).kinds;
      for (const std::string& asked : options_.conditions[info.kind])
        add(path, info.kind, value_on(path, info.kind, asked));
    }
  }
  return all;
}

std::string MachineConditions::note() const {
  const std::string own = controls_.own();
  const std::vector<std::string>& asked = options_.conditions[ConditionKind::congestion];
  if (!options_.hosts.all_local()) return {};  // what each host's own is stands by its facts
  const bool measured = asks_for(options_, ConditionKind::congestion, own) ||
                        asks_for(options_, ConditionKind::congestion, kSystem);
  if (measured) return {};
  return fmt::format(" (this machine's own is {0}: --congestion {1},{0} measures both)", own,
                     fmt::join(asked, ","));
}

std::vector<Warning> MachineConditions::warnings() const {
  const std::vector<std::string>& asked = options_.conditions[ConditionKind::congestion];
  if (usual_congestion_ == "cubic" || usual_congestion_ == "reno" ||
      asked != std::vector<std::string>{usual_congestion_})
    return {};
  return {{"congestion",
           fmt::format("neither cubic nor reno is allowed here: connections have {}",
                       usual_congestion_),
           "as root add one to sysctl net.ipv4.tcp_allowed_congestion_control"}};
}

SocketSettings socket_settings(const Row& row) {
  const std::string& buffer = row.conditions[ConditionKind::socket_buffer].value;
  SocketSettings settings;
  const std::string& congestion = row.conditions[ConditionKind::congestion].value;
  if (congestion != kSystem) settings.congestion = congestion;
  if (!buffer.empty() && buffer != kAuto) settings.buffer = parse_size(buffer, "--socket-buffer");
  return settings;
}

}  // namespace splicebench
