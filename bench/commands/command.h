#pragma once

#include <CLI/CLI.hpp>
#include <functional>

namespace splicebench {

/// What a chosen subcommand does; returns the exit status (design: 0 done, 1 limit crossed, 2
/// usage, 3 a run failed, 130 interrupted). It may throw UsageError (exit 2) or std::exception
/// (exit 3).
using Action = std::function<int()>;

// Each adds its subcommand with options and help to `app`, and sets `action` when the user chose
// it. One file per subcommand: <name>.cc.
void add_agent(CLI::App& app, Action& action);
void add_run(CLI::App& app, Action& action);
void add_ping(CLI::App& app, Action& action);
void add_relay(CLI::App& app, Action& action);
void add_plot(CLI::App& app, Action& action);
void add_report(CLI::App& app, Action& action);
void add_show(CLI::App& app, Action& action);
void add_history(CLI::App& app, Action& action);

void add_compare(CLI::App& app, Action& action);
void add_replicate(CLI::App& app, Action& action);
void add_verify(CLI::App& app, Action& action);

void add_documents(CLI::App& app, Action& action);

}  // namespace splicebench
