#include "bench/pings/ping_options.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <random>

#include "bench/matrix/link_options.h"
#include "bench/matrix/matrix.h"
#include "bench/matrix/run_options.h"
#include "bench/recipes/recipes.h"
#include "harness/foreign/relay_command.h"
#include "results/files/error.h"
#include "results/text/size.h"

namespace splicebench {

namespace {

constexpr const char* kSize = "1KiB";
constexpr const char* kModes = "generic,splice";
constexpr std::int64_t kRounds = 10;
constexpr std::int64_t kQuickCount = 2000;
constexpr std::int64_t kMostCount = 100000000;
constexpr std::int64_t kMostRounds = 100000;
/// Above it a timer cannot follow: the interval is of the order of a system call.
constexpr double kMostRate = 1e6;

constexpr const char* kPingExamples = R"(
Examples:
  splicebench ping                              10000 round trips of 1 KiB by each mode
  splicebench ping --size 1KiB..64KiB           over the size
  splicebench ping -n 0                         until interrupted, a line per second
  splicebench ping --rate 2000                  on a schedule: waiting counts as latency
  splicebench ping --placement apart            server and client on a CPU each
  splicebench ping --relay haproxy-splice       another program beside the engines
  splicebench ping --link veth                  across devices, in namespaces (as root)
  splicebench compare --col /mode RESULT        what it wrote, as benchstat shows it
  splicebench plot RESULT -o charts             percentile curves, latency over size

Three machines:
  server$ splicebench ping --server 10.0.0.3:7000
  relay$  splicebench relay --listen 10.0.0.2:7001 --connect 10.0.0.3:7000 --mode splice
  client$ splicebench ping --client floor=10.0.0.3:7000,splice=10.0.0.2:7001
)";

}  // namespace

double parse_rate(const std::string& text) {
  double value = 0;
  const char* const end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, value);
  const std::string unit(rest, end);
  const double scale = unit.empty() ? 1 : unit == "k" ? 1e3 : 0;
  const double rate = value * scale;
  if (error != std::errc{} || !(rate >= 0.01) || rate > kMostRate) {
    throw UsageError(fmt::format(
        "--rate: '{}' is not a number of sends per second from 0.01 to 1000k; write e.g. 2000",
        text));
  }
  return rate;
}

void PingArguments::add_to(CLI::App& command) {
  command_ = &command;
  command.add_option("--size", sizes_, "bytes of a message: one, FROM..TO or a list")
      ->default_str(kSize);
  command
      .add_option("-n,--count", ping.count,
                  "round trips of each mode over all rounds; 0: until interrupted")
      ->default_str("10000");
  command.add_option("--modes", modes_, "engines with parameters, comma-separated")
      ->default_str(kModes);
  command
      .add_option("--relay", relays_,
                  "somebody else's relay beside the modes, as of splicebench run; may be repeated")
      ->take_all();
  command.add_option("--rounds", options.rounds, "blocks of each mode, interleaved")
      ->default_str("10");
  command.add_option(
      "--rate", rate_,
      "round trips a second, by a schedule: waiting counts as latency; modes take turns");
  command.add_flag("--quick", quick_, "2000 round trips: a first picture");
  command
      .add_option("--placement", options.placement,
                  "auto, spread, split (client and server on one CPU), apart, same or none")
      ->default_str("auto");
  add_link_options(command, options);
  command.add_option("--server", server,
                     "only be the server, on ADDR:PORT: echo until interrupted");
  command.add_option("--client", client,
                     "only be the client, of [NAME=]ADDR:PORT,...: servers and relays elsewhere");
  command.add_option("--out", out, "the result file; must not exist")
      ->default_str("splicebench-DATE.json");
  command.add_flag("--force", force, "overwrite --out");
  command.add_option("--seed", seed_, "of the order of blocks and of the content")
      ->default_str("random");
  command.add_option("--timeout", timeout_, "give a block up after this long")->default_str("30s");
  command.add_flag("--dry-run", dry_run, "print the plan and measure nothing");
  command.add_option("--format", format, "of standard output: table or json")->default_str("table");
  command.add_flag("--quiet", quiet, "no progress");
  command.footer(kPingExamples);
}

void PingArguments::resolve_counts() {
  if (given("--count") && quick_) {
    throw UsageError("--quick: is a number of round trips, and so is -n; give one of them");
  }
  if (quick_) ping.count = kQuickCount;
  if (ping.count < 0 || ping.count > kMostCount) {
    throw UsageError(fmt::format("-n: {} is not from 0 to {}", ping.count, kMostCount));
  }
  if (!given("--rounds")) options.rounds = kRounds;
  if (options.rounds < 1 || options.rounds > kMostRounds) {
    throw UsageError(fmt::format("--rounds: {} is not from 1 to {}", options.rounds, kMostRounds));
  }
  if (ping.count > 0 && given("--rounds") && options.rounds > ping.count) {
    throw UsageError(fmt::format(
        "--rounds: {} rounds of {} round trips leave some without one; take more with -n",
        options.rounds, ping.count));
  }
  if (ping.count > 0) options.rounds = std::min(options.rounds, ping.count);
  if (ping.count == 0 && given("--rounds")) {
    throw UsageError("--rounds: -n 0 goes on until it is interrupted; leave one of them out");
  }
}

void PingArguments::resolve() {
  // A shell's variable that is not set must not turn the one measurement into another.
  if (given("--server") && server.empty())
    throw UsageError("--server: is empty; give the address to echo on, as ADDR:PORT");
  if (given("--client") && client.empty())
    throw UsageError("--client: is empty; give the addresses to ping, as [NAME=]ADDR:PORT,...");
  if (!server.empty()) {
    for (const CLI::Option* option : command_->get_options()) {
      if (option->count() > 0 && option->get_name() != "--server") {
        throw UsageError(
            fmt::format("--server: takes no other flags; leave {} out", option->get_name()));
      }
    }
    return;
  }
  if (given("--client")) {
    for (const char* flag : {"--modes", "--relay", "--placement", "--link", "--netem"}) {
      if (given(flag)) {
        throw UsageError(
            fmt::format("{}: is set where the relay runs; leave it out with --client", flag));
      }
    }
    options.placement = "none";
  }
  if (format != "table" && format != "json") {
    throw UsageError(
        fmt::format("--format: there is no format '{}'; choose from: table, json", format));
  }
  options.paths = {"tcp-to-tcp"};
  options.chunks =
      parse_sizes(given("--size") ? sizes_ : kSize, {"--size", 1, kLargestMessage, false});
  options.modes = parse_modes(given("--modes") ? modes_ : kModes);
  require_cases_of_engines(options);
  options.relays = parse_relays(relays_, !dry_run);
  for (const RelayCommand& relay : options.relays) options.modes.push_back(mode_of(relay));
  check_link_options(options);
  resolve_counts();
  if (given("--rate")) ping.rate = parse_rate(rate_);
  if (given("--timeout")) options.timeout = parse_seconds(timeout_, "--timeout");
  options.seed = given("--seed") ? parse_seed(seed_) : std::random_device{}();
  if (given("--out") && out.empty()) throw UsageError("--out: is empty; name the file to write");
}

}  // namespace splicebench
