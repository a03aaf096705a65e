#include <fmt/format.h>

#include <algorithm>
#include <exception>

#include "bench/command.h"
#include "bench/go_flags.h"
#include "results/error.h"

namespace {

int run(int argc, char** argv) {
  using namespace splicebench;
  CLI::App app(
      "splicebench measures relays: splice(2) against read/write, verified and with intervals.",
      "splicebench");
  app.require_subcommand(1);
  Action action;
  add_run(app, action);
  add_plot(app, action);
  add_report(app, action);
  add_compare(app, action);
  add_replicate(app, action);
  try {
    std::vector<std::string> arguments = with_go_flags(app, {argv + 1, argv + argc});
    std::reverse(arguments.begin(), arguments.end());  // CLI11 takes them from the back
    app.parse(std::move(arguments));
  } catch (const CLI::CallForHelp& request) {
    return app.exit(request);
  } catch (const CLI::ParseError& error) {
    fmt::print(stderr, "splicebench: {}; see splicebench --help\n", error.what());
    return 2;
  }
  return action();
}

}  // namespace

int main(int argc, char** argv) {
  try {
    return run(argc, argv);
  } catch (const splicebench::UsageError& error) {
    fmt::print(stderr, "splicebench: {}\n", error.what());
    return 2;
  } catch (const std::exception& error) {
    fmt::print(stderr, "splicebench: {}\n", error.what());
    return 3;
  }
}
