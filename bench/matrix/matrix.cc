#include "bench/matrix/matrix.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <bit>
#include <iterator>

#include "bench/matrix/all_modes.h"
#include "bench/paths/paths.h"
#include "harness/engine/engine.h"
#include "harness/foreign/relay_command.h"
#include "harness/network/socket_settings.h"
#include "results/files/error.h"
#include "results/text/pattern.h"
#include "results/text/program_name.h"
#include "results/text/size.h"

namespace splicebench {

namespace {

std::int64_t parse_one_size(const std::string& text, const SizeLimits& limits) {
  const std::int64_t size = parse_size(text, limits.flag);
  const bool fits = !limits.powers_of_two || std::has_single_bit(static_cast<std::uint64_t>(size));
  if (size >= limits.least && size <= limits.most && fits) return size;
  if (fits) {
    throw UsageError(fmt::format("{}: '{}' is not from {} to {}", limits.flag, text,
                                 format_size(limits.least), format_size(limits.most)));
  }
  throw UsageError(fmt::format("{}: '{}' is not a power of two from {} to {}", limits.flag, text,
                               format_size(limits.least), format_size(limits.most)));
}

void add_once(std::vector<std::string>& list, const std::string& item, const char* flag) {
  if (std::find(list.begin(), list.end(), item) != list.end()) {
    throw UsageError(fmt::format("{}: '{}' is given twice; name it once", flag, item));
  }
  list.push_back(item);
}

}  // namespace

std::vector<std::string> split_at_commas(const std::string& text) {
  std::vector<std::string> parts;
  std::size_t begin = 0;
  for (;;) {
    const std::size_t comma = text.find(',', begin);
    parts.push_back(text.substr(begin, comma - begin));
    if (comma == std::string::npos) return parts;
    begin = comma + 1;
  }
}

std::vector<std::int64_t> parse_sizes(const std::string& text, const SizeLimits& limits) {
  std::vector<std::int64_t> sizes;
  const std::size_t dots = text.find("..");
  if (dots != std::string::npos) {
    const std::int64_t first = parse_one_size(text.substr(0, dots), limits);
    const std::int64_t last = parse_one_size(text.substr(dots + 2), limits);
    for (std::int64_t size = first; size <= last; size *= 2) sizes.push_back(size);
    if (sizes.empty()) {
      throw UsageError(
          fmt::format("{}: '{}' goes from the larger to the smaller; write the smaller first",
                      limits.flag, text));
    }
    return sizes;
  }
  for (const std::string& part : split_at_commas(text)) {
    const std::int64_t size = parse_one_size(part, limits);
    if (!sizes.empty() && size <= sizes.back()) {
      throw UsageError(fmt::format("{}: '{}' is out of order; write each once, the smaller first",
                                   limits.flag, part));
    }
    sizes.push_back(size);
  }
  return sizes;
}

std::vector<std::int64_t> parse_chunks(const std::string& text) {
  return parse_sizes(text, {"--chunks", kSmallestChunk, kLargestChunk, true});
}

std::vector<std::string> parse_paths(const std::string& text) {
  std::vector<std::string> names;
  if (text == kAll) {
    for (const PathInfo& path : paths()) names.push_back(path.name());
    return names;
  }
  for (const std::string& part : split_at_commas(text))
    add_once(names, path_named(part).name(), "--paths");
  return names;
}

std::vector<std::string> parse_modes(const std::string& text) {
  std::vector<std::string> wholes;
  for (const std::string& part : split_at_commas(text)) {
    const bool is_parameter =
        part.find('=') != std::string::npos && part.find(':') == std::string::npos;
    if (is_parameter && !wholes.empty() && wholes.back().find(':') != std::string::npos) {
      wholes.back() += "," + part;
    } else {
      wholes.push_back(part);
    }
  }
  std::vector<std::string> modes;
  for (const std::string& whole : wholes)
    add_once(modes, whole == kAll ? whole : parse_mode(whole).text, "--modes");
  return modes;
}

std::optional<std::pair<std::string, std::string>> same_modes(
    const std::vector<std::string>& modes) {
  for (std::size_t i = 0; i < modes.size(); ++i) {
    if (modes[i] == kAll) continue;
    const Mode one = parse_mode(modes[i]);
    for (std::size_t j = 0; j < i; ++j) {
      if (modes[j] == kAll) continue;
      const Mode other = parse_mode(modes[j]);
      if (one.engine == other.engine && one.values == other.values)
        return std::pair(modes[j], modes[i]);
    }
  }
  return std::nullopt;
}

void require_different(const std::vector<std::string>& modes, const std::string& advice) {
  const auto same = same_modes(modes);
  if (!same) return;
  throw UsageError(
      fmt::format("--modes: '{}' and '{}' are the same; {}", same->first, same->second, advice));
}

namespace {

/// Whether `mode` can have a case on `path`.
bool fits(const std::string& mode, const std::string& path, const RunOptions& options) {
  const RelayCommand* const relay = relay_of(mode, options.relays);
  const PathKinds kinds = path_named(path).kinds;
  if (relay == nullptr) return parse_mode(mode).engine->why_unfit(kinds).empty();
  return kinds.has_writer() && kinds.sink == EndKind::tcp &&
         can_listen(*relay, kinds.source == EndKind::unix_stream);
}

void require_cases_of_relays(const RunOptions& options) {
  for (const RelayCommand& relay : options.relays) {
    const bool any =
        std::any_of(options.paths.begin(), options.paths.end(),
                    [&](const std::string& path) { return fits(mode_of(relay), path, options); });
    if (any) continue;
    throw UsageError(fmt::format("--relay: {} fits none of the paths {}; add {} to --paths",
                                 relay.name, fmt::join(options.paths, ", "),
                                 can_listen(relay, false) ? "tcp-to-tcp" : "unix-to-tcp"));
  }
}

/// Whether `mode`, which fits the path of `row`, can have its threads. Ours can.
bool has_threads(const std::string& mode, const Row& row, const RunOptions& options) {
  const RelayCommand* const relay = relay_of(mode, options.relays);
  if (relay == nullptr || count_of(row.conditions, ConditionKind::relay_threads) == 1) return true;
  return takes_threads(*relay, path_named(row.path).kinds.source == EndKind::unix_stream);
}

/// Of relays that have a case in none of `rows`.
void require_threads_of_relays(const RunOptions& options, const std::vector<Row>& rows) {
  for (const RelayCommand& relay : options.relays) {
    const bool any = std::any_of(rows.begin(), rows.end(), [&](const Row& row) {
      return fits(mode_of(relay), row.path, options) && has_threads(mode_of(relay), row, options);
    });
    if (any) continue;
    throw UsageError(fmt::format(
        "--relay: {} cannot be told how many threads to have; write {{threads}} into its command, "
        "or add 1 to --relay-threads",
        relay.name));
  }
}

}  // namespace

void require_cases_of_engines(const RunOptions& options) {
  for (const std::string& text : options.modes) {
    if (relay_of(text, options.relays) != nullptr) continue;
    const EngineInfo& engine = *parse_mode(text).engine;
    std::string reason;
    for (const std::string& path : options.paths) {
      const PathKinds kinds = path_named(path).kinds;
      // Whether it is available on other hosts, these tell.
      reason = options.hosts.all_local() ? engine.why_not(kinds) : engine.why_unfit(kinds);
      if (reason.empty()) break;
      // It fits, so that it is not available anywhere.
      if (engine.why_unfit(kinds).empty())
        throw UsageError(fmt::format("--modes: '{}': {}", text, reason));
    }
    if (!reason.empty()) {
      throw UsageError(fmt::format("--modes: '{}' fits none of the paths {}: {}", text,
                                   fmt::join(options.paths, ", "), reason));
    }
  }
}

std::vector<CaseResult> cases_of(const RunOptions& options, const MachineConditions& conditions) {
  const Pattern filter(options.filter, "--filter");
  require_cases_of_relays(options);
  require_cases_of_engines(options);
  std::vector<CaseResult> cases;
  const std::vector<Row> rows = rows_of(options, conditions);
  require_threads_of_relays(options, rows);
  for (const Row& row : rows) {
    for (const std::string& mode : options.modes) {
      if (!fits(mode, row.path, options) || !has_threads(mode, row, options)) continue;
      CaseResult one;
      one.id = {row, mode};
      if (filter.matches(one.id.name())) cases.push_back(std::move(one));
    }
  }
  if (cases.empty()) {
    throw UsageError(
        fmt::format("--filter: '{}' matches no case; see the names with: {} run --list",
                    options.filter, program_name()));
  }
  return cases;
}

namespace {

/// `here`: its sockets are made on this machine.
void require_conditions(const Row& row, bool here) {
  const std::string& link = row.conditions[ConditionKind::link].value;
  const SocketSettings sockets = socket_settings(row);
  const std::string& congestion = sockets.congestion;
  std::string why = here && !congestion.empty() ? why_not_congestion(congestion) : "";
  if (here && why.empty() && sockets.buffer > 0) why = why_not_buffer(sockets.buffer);
  if (!link.empty() && link != kLoopback && link != kVeth) why = "there is no link " + link;
  if (flows_of(row.conditions) > kMostFlows) why = fmt::format("more than {} flows", kMostFlows);
  if (!why.empty()) throw UsageError(fmt::format("{}: {}", row.heading(), why));
}

}  // namespace

std::string left_out_text(const std::set<std::string>& modes) {
  return fmt::format(
      "--resume: {} is left out: what a file says is not started; give its --relay again",
      fmt::join(modes, ", "));
}

std::set<std::string> require_measurable(const Result& earlier,
                                         const std::vector<RelayCommand>& given) {
  const RunOptions& options = earlier.options;
  std::set<std::string> left_out;
  bool any_left = false;
  for (const CaseResult& one : earlier.cases) {
    const std::string& mode = one.id.mode;
    if (options.time > 0 ? earlier.complete : std::ssize(one.samples) >= options.rounds) continue;
    const bool is_relay = relay_of(mode, options.relays) != nullptr;
    if (is_relay && relay_of(mode, given) == nullptr) {
      left_out.insert(mode);
      continue;
    }
    any_left = true;
    const PathKinds kinds = path_named(one.id.path).kinds;
    std::string why;
    if (!is_relay && options.hosts.all_local()) why = parse_mode(mode).engine->why_not(kinds);
    if (!why.empty()) throw UsageError(fmt::format("{}: {}", one.id.name(), why));
    if (!fits(mode, one.id.path, options))
      throw UsageError(fmt::format("{}: {} cannot be on this path", one.id.name(), mode));
    require_conditions(one.id, options.hosts.all_local());
  }
  if (!left_out.empty() && !any_left) throw UsageError(left_out_text(left_out));
  return left_out;
}

std::vector<Row> rows_of(const RunOptions& options, const MachineConditions& conditions) {
  std::vector<Row> rows;
  for (const std::string& path : options.paths) {
    for (const Conditions& some : conditions.on(path_named(path).kinds)) {
      for (const std::int64_t chunk : options.chunks) rows.push_back({path, chunk, some});
    }
  }
  return rows;
}

}  // namespace splicebench
