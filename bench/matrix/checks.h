#pragma once

// What the value of a flag may be: validators of CLI11, whose sentences name the value. CLI11's own
// conversions take more than is written here (" 5", "0x10") and echo what they made of it.

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <charconv>
#include <string>
#include <vector>

namespace splicebench {

/// The sentence about a number that is none, or empty.
template <typename Integer>
std::string parse_whole(const std::string& text, Integer least, Integer most, Integer& value) {
  const char* const end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, value);
  if (error == std::errc{} && rest == end && value >= least && value <= most) return "";
  return fmt::format("'{}' is not a whole number from {} to {}", text, least, most);
}

/// A whole number in decimal digits.
template <typename Integer>
CLI::Validator whole(Integer least, Integer most) {
  return CLI::Validator(
      [least, most](const std::string& text) {
        Integer value{};
        return parse_whole(text, least, most, value);
      },
      "");
}

/// A number from 0 to 1, as benchstat takes it, or without its ends. Not CLI::Range: "nan" is
/// neither below nor above, and passes it.
enum class Ends { kAllowed, kRefused };
CLI::Validator share(Ends ends = Ends::kAllowed);

/// One of `choices`, of which each is a `kind` ("format").
CLI::Validator one_of(const std::string& kind, const std::vector<std::string>& choices);

/// The flag --color of a command that prints tables.
void add_colour(CLI::App& command);

/// Not empty: a shell's variable that is not set must not turn one measurement into another.
/// `advice`: "name the file to write".
CLI::Validator filled(const std::string& advice);

/// A part of a figure from "3%" or "0.03", above 0 and below 1. Throws UsageError that names
/// `flag`.
double parse_part(const std::string& text, const std::string& flag);

enum class ZeroSeconds { kRefused, kAllowed };

/// Seconds from "0.05", "0.05s", "50ms". Throws UsageError that names `flag`.
double parse_seconds(const std::string& text, const std::string& flag,
                     ZeroSeconds zero = ZeroSeconds::kRefused);

/// A flag that takes such a time and fills `seconds`.
CLI::Option* add_seconds(CLI::App& command, const std::string& flag, double& seconds,
                         const std::string& help, ZeroSeconds zero = ZeroSeconds::kRefused);

}  // namespace splicebench
