#pragma once

// Congestion control and buffers of the sockets of a measurement: --congestion, --socket-buffer.

#include <CLI/CLI.hpp>
#include <string>

#include "harness/network/socket_settings.h"
#include "results/model/model.h"

namespace splicebench {

void add_conditions(CLI::App& command, RunOptions& options);

/// What was asked for must be possible here; of congestion control what was not (`congestion` is
/// empty) is cubic, where that is not allowed reno, else the system's. Throws UsageError.
void resolve_conditions(RunOptions& options);

SocketSettings socket_settings(const RunOptions& options);

/// What is in force with `options`: "cubic".
std::string congestion_in_force(const RunOptions& options);

/// For the first line of a run: that the machine's own congestion control is another, and how to
/// measure that; empty where it is not.
std::string congestion_note(const RunOptions& options);

/// The flags, to repeat the command: with a blank before them.
std::string conditions_flags(const RunOptions& options);

}  // namespace splicebench
