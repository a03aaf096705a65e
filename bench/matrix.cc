#include "bench/matrix.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <regex>

#include "harness/engine.h"
#include "harness/path.h"
#include "results/error.h"
#include "results/size.h"

namespace splicebench {

namespace {

std::vector<std::string> split(const std::string& text) {
  std::vector<std::string> parts;
  std::size_t begin = 0;
  for (;;) {
    const std::size_t comma = text.find(',', begin);
    parts.push_back(text.substr(begin, comma - begin));
    if (comma == std::string::npos) return parts;
    begin = comma + 1;
  }
}

std::int64_t parse_chunk(const std::string& text) {
  const std::int64_t chunk = parse_size(text, "--chunks");
  if (chunk < kSmallestChunk || chunk > kLargestChunk ||
      !std::has_single_bit(static_cast<std::uint64_t>(chunk))) {
    throw UsageError(fmt::format("--chunks: '{}' is not a power of two from {} to {}", text,
                                 format_size(kSmallestChunk), format_size(kLargestChunk)));
  }
  return chunk;
}

void add_once(std::vector<std::string>& list, const std::string& item, const char* flag) {
  if (std::find(list.begin(), list.end(), item) != list.end()) {
    throw UsageError(fmt::format("{}: '{}' is given twice; name it once", flag, item));
  }
  list.push_back(item);
}

}  // namespace

std::vector<std::int64_t> parse_chunks(const std::string& text) {
  std::vector<std::int64_t> chunks;
  const std::size_t dots = text.find("..");
  if (dots != std::string::npos) {
    const std::int64_t first = parse_chunk(text.substr(0, dots));
    const std::int64_t last = parse_chunk(text.substr(dots + 2));
    for (std::int64_t chunk = first; chunk <= last; chunk *= 2) chunks.push_back(chunk);
    if (chunks.empty()) {
      throw UsageError(fmt::format(
          "--chunks: '{}' goes from the larger to the smaller; write the smaller first", text));
    }
    return chunks;
  }
  for (const std::string& part : split(text)) {
    const std::int64_t chunk = parse_chunk(part);
    if (!chunks.empty() && chunk <= chunks.back()) {
      throw UsageError(
          fmt::format("--chunks: '{}' is out of order; write each once, the smaller first", part));
    }
    chunks.push_back(chunk);
  }
  return chunks;
}

std::vector<std::string> parse_paths(const std::string& text) {
  std::vector<std::string> names;
  for (const std::string& part : split(text)) add_once(names, path_named(part).name, "--paths");
  return names;
}

std::vector<std::string> parse_modes(const std::string& text) {
  std::vector<std::string> wholes;
  for (const std::string& part : split(text)) {
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

std::vector<CaseResult> cases_of(const RunOptions& options) {
  std::regex filter;
  try {
    filter = std::regex(options.filter);
  } catch (const std::regex_error& error) {
    throw UsageError(fmt::format("--filter: '{}' is not a regular expression: {}", options.filter,
                                 error.what()));
  }
  std::vector<CaseResult> cases;
  for (const std::string& path : options.paths) {
    for (const std::int64_t chunk : options.chunks) {
      for (const std::string& mode : options.modes) {
        CaseResult one;
        one.id = {path, chunk, mode};
        if (std::regex_search(one.id.name(), filter)) cases.push_back(std::move(one));
      }
    }
  }
  if (cases.empty()) {
    throw UsageError(
        fmt::format("--filter: '{}' matches no case; see the names with: splicebench run --list",
                    options.filter));
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
