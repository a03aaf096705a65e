#include "bench/matrix/matrix.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <regex>

#include "harness/engine/engine.h"
#include "harness/engine/path.h"
#include "harness/foreign/foreign_link.h"
#include "harness/foreign/relay_command.h"
#include "results/files/error.h"
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
  for (const std::string& part : split_at_commas(text))
    add_once(names, path_named(part).name, "--paths");
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
  for (const std::string& whole : wholes) add_once(modes, parse_mode(whole).text, "--modes");
  return modes;
}

std::optional<std::pair<std::string, std::string>> same_modes(
    const std::vector<std::string>& modes) {
  for (std::size_t i = 0; i < modes.size(); ++i) {
    const Mode one = parse_mode(modes[i]);
    for (std::size_t j = 0; j < i; ++j) {
      const Mode other = parse_mode(modes[j]);
      if (one.engine == other.engine && one.values == other.values)
        return std::pair(modes[j], modes[i]);
    }
  }
  return std::nullopt;
}

void require_different(const std::vector<std::string>& modes) {
  const auto same = same_modes(modes);
  if (!same) return;
  throw UsageError(
      fmt::format("--modes: '{}' and '{}' are the same; leave one out, or compare it with itself "
                  "by --allow-same",
                  same->first, same->second));
}

namespace {

/// Whether `mode` can have a case on `path`: engines always.
bool fits(const std::string& mode, const std::string& path, const RunOptions& options) {
  const RelayCommand* const relay = relay_of(mode, options.relays);
  if (relay == nullptr) return true;
  const PathInfo& info = path_named(path);
  return info.sink == Sink::socket && can_listen(*relay, listens_on_unix(info));
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

}  // namespace

std::vector<CaseResult> cases_of(const RunOptions& options) {
  std::regex filter;
  try {
    filter = std::regex(options.filter);
  } catch (const std::regex_error& error) {
    throw UsageError(fmt::format("--filter: '{}' is not a regular expression: {}", options.filter,
                                 error.what()));
  }
  require_cases_of_relays(options);
  std::vector<CaseResult> cases;
  for (const std::string& path : options.paths) {
    for (const std::int64_t chunk : options.chunks) {
      for (const std::string& mode : options.modes) {
        if (!fits(mode, path, options)) continue;
        CaseResult one;
        one.id = {path, chunk, mode};
        if (std::regex_search(one.id.name(), filter)) cases.push_back(std::move(one));
      }
    }
  }
  if (cases.empty()) {
    throw UsageError(
        fmt::format("--filter: '{}' matches no case; see the names with: {} run --list",
                    options.filter, program_name()));
  }
  return cases;
}

double planned_seconds(const RunOptions& options, std::size_t cases) {
  constexpr double kSlowerModes = 1.1;  // all modes of a group move the fastest one's bytes
  constexpr double kOverhead = 0.008;
  constexpr double kMargin = 1.25;
  constexpr double kWarmup = 1.125;
  const double sample = options.min_time * kMargin * kWarmup * kSlowerModes + kOverhead;
  const double preparation = 0.025 + 1.5 * sample;
  return static_cast<double>(cases) * (static_cast<double>(options.rounds) * sample + preparation);
}

}  // namespace splicebench
