#include <fmt/format.h>

#include <algorithm>
#include <exception>

#include "bench/commands/command.h"
#include "bench/commands/go_flags.h"
#include "bench/commands/standard_streams.h"
#include "results/files/error.h"

namespace {

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
  add_compare(app, action);
  add_replicate(app, action);
  add_plot(app, action);
  add_report(app, action);
  add_verify(app, action);
  try {
    std::vector<std::string> arguments = with_go_flags(app, {argv + 1, argv + argc});
    std::reverse(arguments.begin(), arguments.end());  // CLI11 takes them from the back
    app.parse(std::move(arguments));
  } catch (const CLI::CallForHelp& request) {
    return app.exit(request);
  } catch (const CLI::RequiredError&) {
    if (argc > 1 && argv[1][0] != '-') {
      fmt::print(stderr, "splicebench: there is no command '{}'; see splicebench --help\n",
                 argv[1]);
    } else {
      fmt::print(stderr,
                 "splicebench: give a command, e.g. splicebench run; see splicebench --help\n");
    }
    return 2;
  } catch (const CLI::ParseError& error) {
    fmt::print(stderr, "splicebench: {}; see splicebench --help\n", error.what());
    return 2;
  }
  return action();
}

}  // namespace

int main(int argc, char** argv) {
  using namespace splicebench;
  fill_standard_streams();
  try {
    return finish_output(run(argc, argv));
  } catch (const UsageError& error) {
    say(fmt::format("splicebench: {}\n", error.what()));
    return 2;
  } catch (const std::exception& error) {
    say(fmt::format("splicebench: {}\n", error.what()));
    return 3;
  }
}
