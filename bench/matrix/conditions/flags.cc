// The flags of conditions: what they take, and how a run is repeated with them.

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "bench/matrix/checks.h"
#include "bench/matrix/conditions.h"
#include "bench/matrix/matrix.h"
#include "results/files/error.h"
#include "results/text/size.h"

namespace splicebench {

namespace {

/// As it stands in names. Throws UsageError.
std::string canonical(ConditionKind kind, const std::string& text) {
  if (kind == ConditionKind::link) {
    const std::string wrong = one_of("link", {kLoopback, kVeth})(text);
    if (!wrong.empty()) throw UsageError(fmt::format("--link: {}", wrong));
  }
  if (is_count(kind)) {
    std::int64_t count = 0;
    const std::int64_t most = kind == ConditionKind::flows ? kMostFlows : kMostThreads;
    const std::string wrong = parse_whole<std::int64_t>(text, 1, most, count);
    if (!wrong.empty()) throw UsageError(fmt::format("{}: {}", flag_of(kind), wrong));
    return std::to_string(count);
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

void add_conditions(CLI::App& command, RunOptions& options, const std::string& placements,
                    bool flows) {
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
  if (flows) {
    add(ConditionKind::flows, "connections at once, through one relay process", "1");
    add(ConditionKind::relay_threads,
        "threads of the relay with many flows, an event loop and its part of them each", "1");
    add(ConditionKind::peer_threads, "likewise of the writer, and of the reader", "1");
  }
  add(ConditionKind::placement, "who shares a CPU: " + placements, kAuto);
  add(ConditionKind::congestion,
      "congestion control of every TCP connection, e.g. reno or bbr; system: as it is", "cubic");
  add(ConditionKind::socket_buffer, "bytes of SO_SNDBUF and SO_RCVBUF; auto: the kernel tunes them",
      kAuto);
  add(ConditionKind::link,
      "loopback, or veth: three network namespaces joined by devices (as root)", kLoopback);
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

std::int64_t most_of(const RunOptions& options, ConditionKind kind) {
  std::int64_t most = 1;
  for (const std::string& text : options.conditions[kind])
    most = std::max(most, parse_size(text, flag_of(kind)));
  return most;
}

std::string flag_of(ConditionKind kind) {
  return fmt::format("--{}", kConditions[static_cast<std::size_t>(kind)].name);
}

bool is_count(ConditionKind kind) {
  return kind == ConditionKind::flows || kind == ConditionKind::relay_threads ||
         kind == ConditionKind::peer_threads;
}

}  // namespace splicebench
