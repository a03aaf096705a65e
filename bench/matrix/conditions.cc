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

namespace {

std::string flag_of(ConditionKind kind) {
  return fmt::format("--{}", kConditions[static_cast<std::size_t>(kind)].name);
}

/// As it stands in names. Throws UsageError.
std::string canonical(ConditionKind kind, const std::string& text) {
  if (kind == ConditionKind::link) {
    const std::string wrong = one_of("link", {kLoopback, kVeth})(text);
    if (!wrong.empty()) throw UsageError(fmt::format("--link: {}", wrong));
  }
  if (kind != ConditionKind::socket_buffer || text == kAuto) return text;
  const std::int64_t bytes = parse_size(text, "--socket-buffer");
  if (bytes < kLeastSocketBuffer || bytes > kMostSocketBuffer) {
    throw UsageError(fmt::format("--socket-buffer: '{}' is not from {}B, the kernel's least, to {}",
                                 text, kLeastSocketBuffer, format_size(kMostSocketBuffer)));
  }
  return format_size(bytes);
}

std::vector<std::string> parse_values(ConditionKind kind, const std::string& text) {
  std::vector<std::string> values;
  for (const std::string& part : split_at_commas(text)) {
    if (part.empty()) {
      throw UsageError(fmt::format("{}: '{}' has an empty part; write values with commas between",
                                   flag_of(kind), text));
    }
    values.push_back(canonical(kind, part));
    if (std::find(values.begin(), values.end() - 1, values.back()) != values.end() - 1) {
      throw UsageError(fmt::format("{}: '{}' is given twice; name it once", flag_of(kind), part));
    }
  }
  return values;
}

}  // namespace

void add_conditions(CLI::App& command, RunOptions& options, const std::string& placements) {
  options.conditions[ConditionKind::congestion].clear();
  const auto add = [&](ConditionKind kind, const std::string& help, const char* usual) {
    command
        .add_option_function<std::string>(
            flag_of(kind),
            [&options, kind](const std::string& text) {
              options.conditions[kind] = parse_values(kind, text);
            },
            help + "; a list measures each")
        ->default_str(usual);
  };
  add(ConditionKind::placement, "who shares a CPU: " + placements, kAuto);
  add(ConditionKind::congestion,
      "congestion control of every TCP connection, e.g. reno or bbr; system: as it is", "cubic");
  add(ConditionKind::socket_buffer, "bytes of SO_SNDBUF and SO_RCVBUF; auto: the kernel tunes them",
      kAuto);
  add(ConditionKind::link,
      "loopback, or veth: three network namespaces joined by devices (as root)", kLoopback);
}

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
  if (kind == ConditionKind::congestion && value != kSystem) {
    const std::string why = controls_.why_not(value);
    if (!why.empty()) throw UsageError("--congestion: " + why);
  }
  if (kind == ConditionKind::socket_buffer && value != kAuto) {
    const std::string why = why_not_buffer(parse_size(value, "--socket-buffer"));
    if (!why.empty()) throw UsageError(fmt::format("--socket-buffer: {} {}", value, why));
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
      return path.has_tcp() ? asked : "";
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
    case ConditionKind::placement:
    case ConditionKind::socket_buffer:
      break;
  }
  return value_on(path, kind, kAuto);
}

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
  return all;
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
  for (const ConditionInfo& info : kConditions) {
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
  settings.congestion = row.conditions[ConditionKind::congestion].value;
  if (!buffer.empty() && buffer != kAuto) settings.buffer = parse_size(buffer, "--socket-buffer");
  return settings;
}

std::string conditions_flags(const RunOptions& options, Whose whose) {
  std::string flags;
  for (const ConditionInfo& info : kConditions) {
    const bool of_relay = info.kind == ConditionKind::placement || info.kind == ConditionKind::link;
    const std::vector<std::string>& asked = options.conditions[info.kind];
    if ((whose == Whose::ends && of_relay) || asked == std::vector<std::string>{info.plain})
      continue;
    flags += fmt::format(" --{} {}", info.name, fmt::join(asked, ","));
  }
  return flags;
}

bool asks_for(const RunOptions& options, ConditionKind kind, const std::string& value) {
  const std::vector<std::string>& asked = options.conditions[kind];
  return std::find(asked.begin(), asked.end(), value) != asked.end();
}

}  // namespace splicebench
