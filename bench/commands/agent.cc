// splicebench agent: what a run over several hosts starts on each of them. Not for people.

#include <unistd.h>

#include "bench/commands/command.h"
#include "bench/matrix/programs.h"
#include "harness/hosts/agent.h"

namespace splicebench {

void add_agent(CLI::App& app, Action& action) {
  CLI::App& command = *app.add_subcommand(
      "agent",
      "Does what a run over several hosts (run --hosts) asks for on standard input; started by it");
  // Hidden: it is no use to who types it.
  command.group("");
  command.callback([&action] {
    action = [] { return serve_agent(find_programs(), Fd(STDIN_FILENO), Fd(STDOUT_FILENO)); };
  });
}

}  // namespace splicebench
