#pragma once

#include <CLI/CLI.hpp>
#include <string>
#include <vector>

namespace splicebench {

/// benchstat's users type flags as Go takes them: `-alpha 0.01`, `-alpha=0.01`, `--alpha 0.01`, and
/// values that begin with a dash (`-filter -.name:X`). Rewrites the arguments of the subcommand
/// `compare` to the one form CLI11 takes for all of these; those of other subcommands stay.
/// `arguments` is without the program's name.
std::vector<std::string> with_go_flags(const CLI::App& app, std::vector<std::string> arguments);

}  // namespace splicebench
