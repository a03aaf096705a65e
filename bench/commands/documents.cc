// splicebench documents: what is installed beside the program, written when it is built. Not for
// people, and not in the help.

#include <fmt/format.h>

#include <fstream>
#include <iterator>
#include <memory>

#include "bench/commands/command.h"
#include "bench/commands/manual/manual.h"
#include "results/files/write_file.h"

namespace splicebench {

namespace {

struct DocumentFlags {
  std::string sections;
  std::string directory;
};

/// The part of a page that people wrote; empty: there is none.
std::string section_of(const std::string& directory, const std::string& page) {
  std::ifstream file(directory + "/" + page);
  return {std::istreambuf_iterator<char>(file), {}};
}

int write_documents(const CLI::App& app, const DocumentFlags& flags) {
  const auto write = [&](const std::string& name, const std::string& text) {
    write_file_atomically(flags.directory + "/" + name, text);
  };
  const std::string& program = app.get_name();
  const std::string page = program + ".1";
  write(page, man_page(app, app, section_of(flags.sections, page)));
  for (const CLI::App* command : shown_commands(app)) {
    const std::string name = fmt::format("{}-{}.1", program, command->get_name());
    write(name, man_page(app, *command, section_of(flags.sections, name)));
  }
  write(program + ".bash", bash_completion(app));
  write("_" + program, zsh_completion(app));
  write(program + ".fish", fish_completion(app));
  return 0;
}

}  // namespace

void add_documents(CLI::App& app, Action& action) {
  const std::shared_ptr<DocumentFlags> flags = std::make_shared<DocumentFlags>();
  CLI::App& command = *app.add_subcommand("documents", "Write man pages and completions");
  command.group("");
  command.add_option("SECTIONS", flags->sections, "directory of what people wrote of them")
      ->required();
  command.add_option("DIRECTORY", flags->directory, "where they go")->required();
  command.callback(
      [flags, &app, &action] { action = [flags, &app] { return write_documents(app, *flags); }; });
}

}  // namespace splicebench
