#pragma once

// --link and --netem of the measuring subcommands.

#include <CLI/CLI.hpp>
#include <memory>

#include "harness/network/link.h"
#include "results/model/model.h"

namespace splicebench {

void add_link_options(CLI::App& command, RunOptions& options);

/// Throws UsageError for an unknown link and for --netem without one.
void check_link_options(const RunOptions& options);

/// The link of the options; null: loopback. Throws UsageError.
std::unique_ptr<Link> make_link(const RunOptions& options);

/// What the flags were, to repeat the command: empty, or with a blank before it.
std::string link_flags(const RunOptions& options);

}  // namespace splicebench
