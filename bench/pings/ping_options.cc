#include "bench/pings/ping_options.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "bench/matrix/checks.h"
#include "bench/matrix/hosts/host_options.h"
#include "bench/matrix/matrix.h"
#include "bench/matrix/run_options.h"
#include "results/files/error.h"
#include "results/text/size.h"
#include "results/verdict/ping_figures.h"

namespace splicebench {

namespace {

constexpr const char* kSize = "1KiB";
constexpr std::int64_t kRounds = 10;
constexpr std::int64_t kQuickCount = 2000;
constexpr std::int64_t kMostCount = 100000000;
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
  splicebench ping --hosts client=ssh://a,relay=ssh://b,server=ssh://c
                                                over three machines, which ssh reaches

Three machines by hand:
  server$ splicebench ping --server 10.0.0.3:7000
  relay$  splicebench relay --listen 10.0.0.2:7001 --connect 10.0.0.3:7000 --mode splice
  client$ splicebench ping --client floor=10.0.0.3:7000,splice=10.0.0.2:7001
)";

std::vector<std::int64_t> parse_messages(const std::string& text) {
  return parse_sizes(text, {"--size", 1, kLargestMessage, false});
}

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
  options.rounds = kRounds;
  options.paths = {"tcp-to-tcp"};
  command
      .add_option_function<std::string>(
          "--size", [this](const std::string& text) { options.chunks = parse_messages(text); },
          "bytes of a message: one, FROM..TO or a list")
      ->default_str(kSize);
  command
      .add_option_function<std::string>(
          "-n,--count",
          [this](const std::string& text) {
            const std::string wrong = parse_whole<std::int64_t>(text, 0, kMostCount, ping.count);
            if (!wrong.empty()) throw UsageError("-n: " + wrong);
          },
          "round trips of each mode over all rounds; 0: until interrupted")
      ->default_str("10000");
  command.add_option_function<std::string>(
      "--rate", [this](const std::string& text) { ping.rate = parse_rate(text); },
      "round trips a second, by a schedule: waiting counts as latency; modes take turns");
  command
      .add_option("--server", server, "only be the server, on ADDR:PORT: echo until interrupted")
      ->check(filled("give the address to echo on, as ADDR:PORT"));
  command
      .add_option("--client", client,
                  "only be the client, of [NAME=]ADDR:PORT,...: servers and relays elsewhere")
      ->check(filled("give the addresses to ping, as [NAME=]ADDR:PORT,..."));
  add_host_flags(command, options.hosts, RoleNames::ping);
  add_shared(command, {"block",
                       "blocks of each mode, interleaved",
                       "2000 round trips: a first picture",
                       "auto, spread, split (client and server on one), apart, same or none",
                       {"table", "json"},
                       "generic,splice",
                       false,
                       false});
  command.footer(kPingExamples);
}

void PingArguments::resolve_counts() {
  if (given("--count") && quick) {
    throw UsageError("--quick: is a number of round trips, and so is -n; give one of them");
  }
  if (quick) ping.count = kQuickCount;
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
  if (!server.empty()) {
    for (const CLI::Option* option : command_->get_options()) {
      if (option->count() > 0 && option->get_name() != "--server") {
        throw UsageError(
            fmt::format("--server: takes no other flags; leave {} out", option->get_name()));
      }
    }
    return;
  }
  if (!client.empty()) {
    for (const char* flag : {"--modes", "--relay", "--placement", "--link", "--netem", "--hosts"}) {
      if (given(flag)) {
        throw UsageError(
            fmt::format("{}: is set where the relay runs; leave it out with --client", flag));
      }
    }
  }
  require_host_options(*command_, options);
  if (!given("--size")) options.chunks = parse_messages(kSize);
  const bool here = options.hosts.all_local();
  resolve_shared(here && !dry_run ? this_machine() : RelayMachine{here});
  require_cases_of_engines(options);
  resolve_counts();
}

std::string repeat_command(const RunOptions& options, const PingOptions& ping,
                           const std::string& client) {
  std::vector<std::string> modes;
  for (const std::string& mode : engine_modes(options)) {
    if (!is_floor(mode) && client.empty()) modes.push_back(mode);
  }
  std::string command =
      fmt::format("splicebench ping --size {} -n {} --seed {} --timeout {}{}",
                  chunks_text(options.chunks), ping.count, options.seed, options.timeout,
                  shared_flags(options, modes, client.empty() ? Whose::all : Whose::ends));
  if (!client.empty()) command += " --client " + client;
  if (ping.count > 0) command += fmt::format(" --rounds {}", options.rounds);
  if (ping.rate > 0) command += fmt::format(" --rate {}", ping.rate);
  return command + host_flags(options.hosts, RoleNames::ping);
}

}  // namespace splicebench
