#include "bench/matrix/checks.h"

#include <fmt/ranges.h>

#include <algorithm>

#include "harness/system/say.h"
#include "results/files/error.h"

namespace splicebench {

namespace {

constexpr double kMostSeconds = 3600;

}  // namespace

CLI::Validator share(Ends ends) {
  return CLI::Validator(
      [ends](const std::string& text) -> std::string {
        double value = 0;
        const char* const end = text.data() + text.size();
        const auto [rest, error] = std::from_chars(text.data(), end, value);
        const bool number = error == std::errc{} && rest == end;
        if (number && ends == Ends::kAllowed && value >= 0 && value <= 1) return "";
        if (number && value > 0 && value < 1) return "";
        return fmt::format("'{}' is no number {}", text,
                           ends == Ends::kAllowed ? "from 0 to 1" : "between 0 and 1");
      },
      "FLOAT in [0 - 1]");
}

CLI::Validator one_of(const std::string& kind, const std::vector<std::string>& choices) {
  return CLI::Validator(
      [kind, choices](const std::string& text) -> std::string {
        if (std::find(choices.begin(), choices.end(), text) != choices.end()) return "";
        return fmt::format("there is no {} '{}'; choose from: {}", kind, text,
                           fmt::join(choices, ", "));
      },
      "");
}

void add_colour(CLI::App& command) {
  command
      .add_option_function<std::string>(
          "--color",
          [](const std::string& when) {
            set_colour(when == "always"  ? Colour::kAlways
                       : when == "never" ? Colour::kNever
                                         : Colour::kIfTerminal);
          },
          "colours on standard output: auto, always, never")
      ->default_str("auto")
      ->check(one_of("choice for --color", {"auto", "always", "never"}));
}

CLI::Validator filled(const std::string& advice) {
  return CLI::Validator(
      [advice](const std::string& text) { return text.empty() ? "is empty; " + advice : ""; }, "");
}

double parse_part(const std::string& text, const std::string& flag) {
  double value = 0;
  const char* const end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, value);
  const std::string unit(rest, end);
  if (unit == "%") value /= 100;
  if (error != std::errc{} || (!unit.empty() && unit != "%") || !(value > 0 && value < 1)) {
    throw UsageError(fmt::format(
        "{}: '{}' is no part above 0 and below 100%; write e.g. 3% or 0.03", flag, text));
  }
  return value;
}

double parse_seconds(const std::string& text, const std::string& flag, ZeroSeconds zero) {
  double value = 0;
  const char* const end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, value);
  const std::string unit(rest, end);
  const double scale = unit.empty() || unit == "s" ? 1.0 : unit == "ms" ? 1e-3 : 0.0;
  const bool enough = value > 0 || (value == 0 && zero == ZeroSeconds::kAllowed);
  if (error != std::errc{} || scale == 0) {
    throw UsageError(
        fmt::format("{}: '{}' is not a time in s or ms; write e.g. 0.05s or 50ms", flag, text));
  }
  if (!enough || value * scale > kMostSeconds) {
    throw UsageError(fmt::format(
        "{}: '{}' is not a time {} {} s; write e.g. 0.05s or 50ms", flag, text,
        zero == ZeroSeconds::kAllowed ? "from 0 to" : "of more than 0 and at most", kMostSeconds));
  }
  return value * scale;
}

CLI::Option* add_seconds(CLI::App& command, const std::string& flag, double& seconds,
                         const std::string& help, ZeroSeconds zero) {
  return command.add_option_function<std::string>(
      flag,
      [&seconds, flag, zero](const std::string& text) {
        seconds = parse_seconds(text, flag, zero);
      },
      help);
}

}  // namespace splicebench
