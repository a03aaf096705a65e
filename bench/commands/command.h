#pragma once

#include <CLI/CLI.hpp>
#include <charconv>
#include <functional>
#include <string>

namespace splicebench {

/// What a chosen subcommand does; returns the exit status (design: 0 done, 1 limit crossed, 2
/// usage, 3 a run failed, 130 interrupted). It may throw UsageError (exit 2) or std::exception
/// (exit 3).
using Action = std::function<int()>;

// Each adds its subcommand with options and help to `app`, and sets `action` when the user chose
// it. One file per subcommand: command_<name>.cc.
void add_run(CLI::App& app, Action& action);
void add_ping(CLI::App& app, Action& action);
void add_relay(CLI::App& app, Action& action);
void add_plot(CLI::App& app, Action& action);
void add_report(CLI::App& app, Action& action);

void add_compare(CLI::App& app, Action& action);
void add_replicate(CLI::App& app, Action& action);
void add_verify(CLI::App& app, Action& action);

/// A number from 0 to 1. Not CLI::Range: "nan" is neither below nor above, and passes it.
inline CLI::Validator share() {
  return CLI::Validator(
      [](const std::string& text) -> std::string {
        double value = 0;
        const char* const end = text.data() + text.size();
        const bool number = std::from_chars(text.data(), end, value).ptr == end;
        if (number && value >= 0 && value <= 1) return "";
        return "'" + text + "' is no number from 0 to 1";
      },
      "FLOAT in [0 - 1]");
}

/// Whether standard output is a terminal that may show colours (NO_COLOR: https://no-color.org).
bool stdout_colour();

}  // namespace splicebench
