#pragma once

// Help, man pages and completions: all made from the one description of commands and flags, the
// CLI::App.

#include <CLI/CLI.hpp>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace splicebench {

/// The file NOTICE.
extern const std::string_view kNotice;

/// `help` as CLI11 writes it, no line longer than `width` characters but for words that are: what
/// follows goes under the description it belongs to.
std::string wrapped(const std::string& help, std::size_t width);

/// The commands that people are told of, in the order of the help.
std::vector<const CLI::App*> shown_commands(const CLI::App& app);

/// The flags of `app` that have a long name, e.g. "--rounds", in the order of the help.
std::vector<const CLI::Option*> shown_flags(const CLI::App& app);

/// Whether a value follows the flag.
bool takes_value(const CLI::Option& option);

/// man(7): splicebench(1) of the app itself, splicebench-run(1) of its command. `sections` stands
/// before SEE ALSO, in troff already.
std::string man_page(const CLI::App& app, const CLI::App& command, const std::string& sections);

std::string bash_completion(const CLI::App& app);
std::string zsh_completion(const CLI::App& app);
std::string fish_completion(const CLI::App& app);

}  // namespace splicebench
