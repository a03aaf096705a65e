#include <fmt/format.h>
#include <fmt/ranges.h>

#include "bench/commands/manual/manual.h"

namespace splicebench {

namespace {

std::vector<std::string> flags_of(const CLI::App& app) {
  std::vector<std::string> flags;
  for (const CLI::Option* option : shown_flags(app)) {
    for (const std::string& name : option->get_lnames()) flags.push_back("--" + name);
  }
  return flags;
}

/// `text` between single quotes of a shell, without those of `special`, which have a meaning there.
std::string quoted_for(const std::string& text, std::string_view special) {
  std::string quoted = "'";
  for (const char c : text) {
    if (c == '\'') {
      quoted += "'\\''";
    } else if (special.find(c) != std::string_view::npos) {
      quoted += std::string("\\") + c;
    } else {
      quoted += c;
    }
  }
  return quoted + "'";
}

}  // namespace

std::string bash_completion(const CLI::App& app) {
  std::string names;
  std::string cases;
  for (const CLI::App* command : shown_commands(app)) {
    names += " " + command->get_name();
    cases += fmt::format("    {}) words='{}' ;;\n", command->get_name(),
                         fmt::join(flags_of(*command), " "));
  }
  return fmt::format(
      "# bash completion of {0}; made from its options.\n"
      "_{0}() {{\n"
      "  local current=${{COMP_WORDS[COMP_CWORD]}} words=''\n"
      "  COMPREPLY=()\n"
      "  if [ \"$COMP_CWORD\" -eq 1 ]; then\n"
      "    words='{2}{1}'\n"
      "  else\n"
      "    case ${{COMP_WORDS[1]}} in\n"
      "{3}"
      "    esac\n"
      "    [[ $current == -* ]] || words=''\n"
      "  fi\n"
      "  [ -z \"$words\" ] || mapfile -t COMPREPLY < <(compgen -W \"$words\" -- \"$current\")\n"
      "}}\n"
      "complete -o default -F _{0} {0}\n",
      app.get_name(), names, fmt::join(flags_of(app), " "), cases);
}

std::string zsh_completion(const CLI::App& app) {
  std::string names;
  std::string cases;
  for (const CLI::App* command : shown_commands(app)) {
    names += fmt::format("    {}\n",
                         quoted_for(command->get_name() + ":" + command->get_description(), ""));
    cases += fmt::format("    {})\n      _arguments \\\n", command->get_name());
    for (const CLI::Option* option : shown_flags(*command)) {
      for (const std::string& name : option->get_lnames()) {
        const std::string spec =
            quoted_for(fmt::format("[{}]", option->get_description()), ":").substr(1);
        cases += fmt::format("        '--{}{}{}{} \\\n", name, takes_value(*option) ? "=" : "",
                             spec.substr(0, spec.size() - 1),
                             takes_value(*option) ? ":value:_files'" : "'");
      }
    }
    cases += "        '*:file:_files' ;;\n";
  }
  return fmt::format(
      "#compdef {0}\n# Made from the options of {0}.\n_{0}() {{\n"
      "  local -a commands\n  commands=(\n{1}  )\n"
      "  if (( CURRENT == 2 )); then\n    _describe command commands\n    return\n  fi\n"
      "  shift words\n  (( CURRENT-- ))\n"
      "  case $words[1] in\n{2}  esac\n}}\n_{0} \"$@\"\n",
      app.get_name(), names, cases);
}

std::string fish_completion(const CLI::App& app) {
  std::string text = fmt::format("# Made from the options of {}.\n", app.get_name());
  for (const CLI::App* command : shown_commands(app)) {
    text += fmt::format("complete -c {} -n __fish_use_subcommand -f -a {} -d {}\n", app.get_name(),
                        command->get_name(), quoted_for(command->get_description(), "\\"));
    for (const CLI::Option* option : shown_flags(*command)) {
      for (const std::string& name : option->get_lnames()) {
        text += fmt::format("complete -c {} -n '__fish_seen_subcommand_from {}' -l {}{} -d {}\n",
                            app.get_name(), command->get_name(), name,
                            takes_value(*option) ? " -r" : "",
                            quoted_for(option->get_description(), "\\"));
      }
    }
  }
  return text;
}

}  // namespace splicebench
