#include <fmt/format.h>

#include <exception>

#include "bench/commands/arguments.h"
#include "bench/commands/command.h"
#include "bench/commands/manual/manual.h"
#include "bench/commands/standard_streams.h"
#include "harness/system/process.h"
#include "harness/system/say.h"
#include "results/files/error.h"
#include "results/text/program_name.h"

namespace {

constexpr std::size_t kHelpWidth = 80;

int run(int argc, char** argv) {
  using namespace splicebench;
  CLI::App app(
      "splicebench measures relays: splice(2) against read/write, verified and with intervals.",
      "splicebench");
  app.require_subcommand(1);
  Action action;
  add_run(app, action);
  add_ping(app, action);
  add_relay(app, action);
  add_show(app, action);
  add_compare(app, action);
  add_history(app, action);
  add_replicate(app, action);
  add_plot(app, action);
  add_report(app, action);
  add_verify(app, action);
  add_agent(app, action);
  add_documents(app, action);
  app.set_version_flag("--version", "splicebench " SPLICEBENCH_VERSION);
  app.add_flag_callback(
      "--licences", [] { throw CLI::CallForVersion(std::string(kNotice), 0); },
      "What of others is in the program, and under which licences");
  const std::vector<std::string> arguments = with_go_flags(app, {argv + 1, argv + argc});
  try {
    // CLI11 takes them from the back.
    app.parse(std::vector<std::string>(arguments.rbegin(), arguments.rend()));
  } catch (const CLI::CallForHelp&) {
    print_only(wrapped(app.help(), kHelpWidth));
    return 0;
  } catch (const CLI::CallForVersion& asked) {
    print_only(std::string(asked.what()) + "\n");
    return 0;
  } catch (const CLI::ParseError& error) {
    say(fmt::format("splicebench: {}; see {} --help", why_refused(app, error, arguments),
                    program_name()));
    return 2;
  }
  return action();
}

}  // namespace

int main(int argc, char** argv) {
  using namespace splicebench;
  fill_standard_streams();
  mind_own_signals();
  if (argc > 0) set_program_name(argv[0]);
  try {
    return finish_output(run(argc, argv));
  } catch (const UsageError& error) {
    say(fmt::format("splicebench: {}", error.what()));
    return 2;
  } catch (const std::exception& error) {
    say(fmt::format("splicebench: {}", error.what()));
    return 3;
  }
}
