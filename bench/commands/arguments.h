#pragma once

// What is typed before CLI11 takes it, and what is said when it refuses.

#include <CLI/CLI.hpp>
#include <string>
#include <vector>

namespace splicebench {

/// benchstat's users type flags as Go takes them: `-alpha 0.01`, `-alpha=0.01`, `--alpha 0.01`, and
/// values that begin with a dash (`-filter -.name:X`). Rewrites the arguments of the subcommand
/// `compare` to the one form CLI11 takes for all of these; those of other subcommands stay.
/// `arguments` is without the program's name.
std::vector<std::string> with_go_flags(const CLI::App& app, std::vector<std::string> arguments);

/// The flag --metric of a command that takes what trackers take (verdict/history/points.h).
void add_metric(CLI::App& command, std::string& metric);

/// One sentence, without the program's name before it, on why `app` did not take `arguments`; a
/// word that is none gets the nearest that is one.
std::string why_refused(const CLI::App& app, const CLI::ParseError& error,
                        const std::vector<std::string>& arguments);

}  // namespace splicebench
