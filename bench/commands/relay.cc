// splicebench relay: relays between one address and another until it is told to end.

#include <fmt/format.h>
#include <netinet/in.h>
#include <sys/signalfd.h>

#include <csignal>
#include <memory>
#include <mutex>

#include "bench/commands/command.h"
#include "bench/commands/standard_streams.h"
#include "bench/matrix/checks.h"
#include "bench/proxy/own_target.h"
#include "bench/proxy/server.h"
#include "harness/engine/engine.h"
#include "harness/system/sys.h"
#include "results/files/error.h"

namespace splicebench {

namespace {

constexpr int kMostThreads = 256;

constexpr const char* kExamples = R"(
Addresses are ADDRESS:PORT, :PORT (127.0.0.1; other interfaces must be named), [IPV6]:PORT, unix:PATH
or unix:@NAME (abstract). Port 0 takes any free one; the first line of standard output says which.

SIGUSR1 prints the statistics to standard error. SIGTERM, SIGINT and SIGHUP end the relay (nohup works): it accepts no more, gives
open connections --drain to finish, and prints the statistics; a second one does not wait.

A connection that breaks is reset at both ends. A unix socket knows no reset: there it looks like an orderly end, so a
protocol over it must say itself when it is done; the statistics count such ends ("silent" in JSON).

Examples:
  splicebench relay --listen :8080 --connect 127.0.0.1:9000
  splicebench relay --listen 0.0.0.0:8080 --connect server:9000 --mode generic:buffer=1MiB --threads 2
  splicebench relay --listen unix:/run/front.sock --connect :9000 --mode splice:pipe=64KiB
)";

EndKind kind_of(const Address& address) {
  return address.is_unix() ? EndKind::unix_stream : EndKind::tcp;
}

/// Both ways.
void require_engine_for(const Address& listen, const ServerSetting& setting) {
  const EndKind here = kind_of(listen);
  const EndKind there = kind_of(setting.relay.target);
  for (const PathKinds& kinds : {PathKinds{here, there}, PathKinds{there, here}}) {
    const std::string reason = setting.relay.mode.engine->why_not(kinds);
    if (!reason.empty())
      throw UsageError(fmt::format("--mode: '{}': {}", setting.relay.mode.text, reason));
  }
}

struct RelayArguments {
  std::string listen;
  std::string connect;
  std::string mode = "splice";
  int threads = 1;
  double drain = 10;            ///< seconds
  double connect_timeout = 10;  ///< seconds
  double keepalive = 300;       ///< seconds
  std::string format = "text";

  void add_to(CLI::App& command) {
    command.add_option("--listen", listen, "address to take connections at");
    command.add_option("--connect", connect, "address to pass each on to");
    command.add_option("--mode", mode, "engine with parameters, see splicebench run --help")
        ->capture_default_str();
    command.add_option("--threads", threads, "event loops, each with connections of its own")
        ->capture_default_str()
        ->check(whole(1, kMostThreads));
    add_seconds(command, "--drain", drain,
                "time that open connections get to finish at the end; 0: none",
                ZeroSeconds::kAllowed)
        ->default_str("10s");
    add_seconds(command, "--connect-timeout", connect_timeout,
                "a connection is closed when --connect has not answered by then")
        ->default_str("10s");
    add_seconds(command, "--keepalive", keepalive,
                "silence after which TCP asks whether the other side is there; 0: never",
                ZeroSeconds::kAllowed)
        ->default_str("300s");
    command.add_option("--format", format, "of the statistics: text, or json (a line each)")
        ->capture_default_str()
        ->check(one_of("format", {"text", "json"}));
    command.footer(kExamples);
  }

  ServerSetting resolve() const {
    if (listen.empty()) throw UsageError("--listen: give the address to listen on, e.g. :8080");
    if (connect.empty()) {
      throw UsageError("--connect: give the address to connect to, e.g. 127.0.0.1:9000");
    }
    ServerSetting setting;
    setting.relay.target = parse_address(connect, "--connect");
    if (format_address(setting.relay.target).ends_with(":0")) {
      throw UsageError(
          fmt::format("--connect: '{}' has port 0, where nobody listens; give the port", connect));
    }
    setting.relay.mode = parse_mode(mode, "--mode");
    require_relay(setting.relay.mode, "--mode");
    require_engine_for(parse_address(listen, "--listen"), setting);
    setting.relay.connect_timeout = connect_timeout;
    setting.relay.keepalive = keepalive;
    setting.threads = threads;
    setting.drain = drain;
    return setting;
  }
};

/// From now on these can only be read from the descriptor; threads made later inherit that.
Fd take_signals() {
  sigset_t signals;
  ::sigemptyset(&signals);
  for (const int signal : {SIGTERM, SIGINT, SIGUSR1}) ::sigaddset(&signals, signal);
  // One that is ignored would be read all the same: nohup(1) would have no effect.
  struct sigaction hangup {};
  ::sigaction(SIGHUP, nullptr, &hangup);
  if (hangup.sa_handler != SIG_IGN) ::sigaddset(&signals, SIGHUP);
  ::pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  ::signal(SIGPIPE, SIG_IGN);  // splice(2) has no MSG_NOSIGNAL
  return Fd(check(::signalfd(-1, &signals, SFD_CLOEXEC | SFD_NONBLOCK), "make", "a signalfd"));
}

/// What connects to itself would take every descriptor at the first connection.
void require_other_end(const Address& listen, const Address& connect) {
  if (!leads_back(connect, listen)) return;
  throw UsageError(fmt::format("--connect: {} is where this relay listens; name another address",
                               format_address(connect)));
}

int relay(const RelayArguments& arguments) {
  ServerSetting setting = arguments.resolve();
  const bool json = arguments.format == "json";
  setting.relay.complain = [](const std::string& line) {
    say_without_waiting(fmt::format("splicebench relay: {}\n", line));
  };
  setting.report = [json](const ProxyStatistics& statistics) {
    say_without_waiting(json ? relay_json(statistics) : relay_text(statistics));
  };
  raise_descriptor_limit();
  const Fd signals = take_signals();
  Listener listener(parse_address(arguments.listen, "--listen"), "--listen");
  require_other_end(listener.address(), setting.relay.target);
  ProxyServer server(std::move(setting), listener);
  std::string unheard;  // by whom it does not concern: the relay relays all the same
  print_out(fmt::format("listening on {}\n", format_address(listener.address())), unheard);
  server.run(signals.get());
  return 0;
}

}  // namespace

void add_relay(CLI::App& app, Action& action) {
  std::shared_ptr<RelayArguments> arguments = std::make_shared<RelayArguments>();
  CLI::App* const command =
      app.add_subcommand("relay", "Relay between two addresses until told to end");
  arguments->add_to(*command);
  command->callback([arguments, &action] { action = [arguments] { return relay(*arguments); }; });
}

}  // namespace splicebench
