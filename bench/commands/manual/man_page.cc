// man(7), groff_man(7).

#include <fmt/format.h>

#include "bench/commands/manual/manual.h"

namespace splicebench {

namespace {

/// Text as troff shows it: a backslash, a hyphen that is typed as one, and no line that it takes
/// for a request.
std::string troff(const std::string& text) {
  std::string escaped;
  for (const char c : text) {
    const bool begins = escaped.empty() || escaped.back() == '\n';
    if (begins && (c == '.' || c == '\'')) escaped += "\\&";
    if (c == '\\') {
      escaped += "\\e";
    } else if (c == '-') {
      escaped += "\\-";
    } else {
      escaped += c;
    }
  }
  return escaped;
}

std::string upper(std::string text) {
  for (char& c : text) c = static_cast<char>(c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c);
  return text;
}

std::string described(const CLI::Option& option, bool positional) {
  const CLI::Formatter formatter;
  return fmt::format(".TP\n.B {}{}\n{}\n", troff(formatter.make_option_name(&option, positional)),
                     troff(formatter.make_option_opts(&option)), troff(option.get_description()));
}

std::string options_of(const CLI::App& command) {
  std::string text;
  for (const CLI::Option* option : command.get_options()) {
    if (option->get_positional()) text += described(*option, true);
  }
  for (const CLI::Option* option : shown_flags(command)) text += described(*option, false);
  return text;
}

std::string commands_of(const CLI::App& app) {
  std::string text = ".SH COMMANDS\n";
  for (const CLI::App* command : shown_commands(app)) {
    text += fmt::format(".TP\n.BR {}\\-{} (1)\n{}\n", troff(app.get_name()),
                        troff(command->get_name()), troff(command->get_description()));
  }
  return text;
}

/// The footer of the help as it is: its lines are laid out.
std::string footer_of(const CLI::App& command) {
  const std::string footer = wrapped(command.get_footer(), 78);
  if (footer.empty()) return "";
  return fmt::format(".SH NOTES\n.nf\n{}.fi\n", troff(footer));
}

std::string see_also(const CLI::App& app, const CLI::App& command) {
  std::string text = ".SH SEE ALSO\n";
  if (&app != &command) text += fmt::format(".BR {} (1),\n", troff(app.get_name()));
  for (const CLI::App* other : shown_commands(app)) {
    if (other != &command)
      text += fmt::format(".BR {}\\-{} (1),\n", troff(app.get_name()), troff(other->get_name()));
  }
  return text + ".BR splice (2),\n.BR tcp (7)\n";
}

}  // namespace

std::string man_page(const CLI::App& app, const CLI::App& command, const std::string& sections) {
  const bool whole = &app == &command;
  const std::string name =
      whole ? app.get_name() : fmt::format("{}-{}", app.get_name(), command.get_name());
  std::string synopsis = fmt::format(".B {}\n", troff(app.get_name()));
  if (whole) {
    synopsis += ".I COMMAND\n[\n.I OPTIONS\n]\n";
  } else {
    synopsis += fmt::format(".B {}\n[\n.I OPTIONS\n]\n", troff(command.get_name()));
    for (const CLI::Option* option : command.get_options()) {
      if (!option->get_positional()) continue;
      const std::string what = troff(option->get_name(true));
      synopsis += option->get_required() ? fmt::format(".I {}\n", what)
                                         : fmt::format("[\n.I {}\n]\n", what);
    }
  }
  return fmt::format(".TH \"{}\" 1 \"\" \"{}\" \"\"\n.SH NAME\n{} \\- {}\n.SH SYNOPSIS\n{}",
                     upper(name), app.get_name(), troff(name), troff(command.get_description()),
                     synopsis) +
         (whole ? commands_of(app) : "") + ".SH OPTIONS\n" + options_of(command) +
         footer_of(command) + sections + see_also(app, command);
}

}  // namespace splicebench
