// splicebench relay as a user runs it: flags, what it prints, signals, what it leaves.

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/wait.h>

#include <array>
#include <csignal>
#include <filesystem>

#include "bench/testing/relaying.h"
#include "harness/system/spawn.h"
#include "results/testing/temporary_directory.h"

namespace splicebench {
namespace {

/// `splicebench relay` with these flags; its outputs come through pipes.
class RelayProgram {
 public:
  explicit RelayProgram(std::vector<std::string> flags) {
    std::array<int, 2> out{};
    std::array<int, 2> err{};
    EXPECT_EQ(::pipe2(out.data(), O_CLOEXEC), 0);
    EXPECT_EQ(::pipe2(err.data(), O_CLOEXEC), 0);
    out_ = Fd(out[0]);
    err_ = Fd(err[0]);
    const Fd out_in(out[1]);
    const Fd err_in(err[1]);
    flags.insert(flags.begin(), "relay");
    child_.emplace(spawn({SPLICEBENCH_PROGRAM,
                          flags,
                          {{out_in.get(), 1}, {err_in.get(), 2}},
                          minimal_environment()}));
  }

  std::string first_line() {
    std::string line;
    char c = 0;
    while (::read(out_.get(), &c, 1) == 1 && c != '\n') line += c;
    return line;
  }
  void close_error() { err_.reset(); }
  void signal(int number) const { ::kill(child_->pid(), number); }
  /// All of standard error, and the exit status.
  std::string ended(int& status) {
    std::string text;
    std::array<char, 4096> part{};
    for (ssize_t got = 0; (got = ::read(err_.get(), part.data(), part.size())) > 0;)
      text.append(part.data(), static_cast<std::size_t>(got));
    status = WEXITSTATUS(child_->wait());
    return text;
  }

 private:
  Fd out_;
  Fd err_;
  std::optional<Child> child_;
};

void expect_refused(const std::vector<std::string>& flags, const std::string& sentence) {
  RelayProgram program(flags);
  int status = 0;
  EXPECT_EQ(program.ended(status), "splicebench: " + sentence + "\n");
  EXPECT_EQ(status, 2);
}

TEST(CommandRelay, GoesOnWhenStandardErrorTakesNothing) {
  Listener target(loopback_address(0), "target");
  RelayProgram program({"--listen", ":0", "--connect", format_address(target.address())});
  const std::string line = program.first_line();
  const Address address = parse_address(line.substr(line.rfind(' ') + 1), "test");
  Fd client = connect_to(address);
  Fd server = accept_from(target);
  program.close_error();
  target.close();
  // This one is refused, which it wants to say.
  EXPECT_EQ(receive(connect_to(address), 1), "!ECONNRESET");
  program.signal(SIGUSR1);
  send_all(client, "hello");
  EXPECT_EQ(receive(server, 5), "hello");
  client.reset();
  server.reset();
  program.signal(SIGTERM);
  int status = 1;
  program.ended(status);
  EXPECT_EQ(status, 0);
}

TEST(CommandRelay, DoesNotRelayToItself) {
  expect_refused({"--listen", "127.0.0.1:29871", "--connect", ":29871"},
                 "--connect: 127.0.0.1:29871 is where this relay listens; name another address");
  expect_refused({"--listen", "0.0.0.0:29871", "--connect", "127.0.0.1:29871"},
                 "--connect: 127.0.0.1:29871 is where this relay listens; name another address");
}

TEST(CommandRelay, TakesNoDrainInAnyUnit) {
  for (const char* none : {"0", "0s", "0ms"}) {
    RelayProgram program({"--listen", ":0", "--connect", "127.0.0.1:9", "--drain", none});
    EXPECT_NE(program.first_line(), "") << none;
    program.signal(SIGTERM);
    int status = 1;
    program.ended(status);
    EXPECT_EQ(status, 0);
  }
  expect_refused({"--listen", ":0", "--connect", "127.0.0.1:9", "--drain=-1"},
                 "--drain: '-1' is not a time from 0 to 3600 s; write e.g. 0.05s or 50ms");
}

TEST(CommandRelay, PrintsWhereItListensRelaysAndReportsAtItsEnd) {
  const Listener target(loopback_address(0), "target");
  RelayProgram program(
      {"--listen", ":0", "--connect", format_address(target.address()), "--format", "json"});
  const std::string line = program.first_line();
  ASSERT_EQ(line.rfind("listening on 127.0.0.1:", 0), 0U) << line;
  Fd client = connect_to(parse_address(line.substr(line.rfind(' ') + 1), "test"));
  Fd server = accept_from(target);
  send_all(client, "hello");
  EXPECT_EQ(receive(server, 5), "hello");
  client.reset();
  server.reset();
  program.signal(SIGTERM);
  int status = 1;
  const std::string report = program.ended(status);
  EXPECT_EQ(status, 0);
  EXPECT_NE(report.find(R"("accepted":1)"), std::string::npos) << report;
  EXPECT_NE(report.find(R"("to_connect":{"in":5,"out":5)"), std::string::npos) << report;
}

TEST(CommandRelay, OnUsr1ReportsAndGoesOn) {
  const Listener target(loopback_address(0), "target");
  RelayProgram program({"--listen", ":0", "--connect", format_address(target.address())});
  program.first_line();
  program.signal(SIGUSR1);
  std::this_thread::sleep_for(std::chrono::milliseconds(100));
  program.signal(SIGINT);
  int status = 1;
  const std::string report = program.ended(status);
  EXPECT_EQ(status, 0);
  const std::size_t first = report.find("connections: 0 accepted");
  ASSERT_NE(first, std::string::npos) << report;
  EXPECT_NE(report.find("connections: 0 accepted", first + 1), std::string::npos) << report;
}

TEST(CommandRelay, WithoutAnAddressSaysWhichToGive) {
  expect_refused({"--connect", ":1"}, "--listen: give the address to listen on, e.g. :8080");
  expect_refused({"--listen", ":0"},
                 "--connect: give the address to connect to, e.g. 127.0.0.1:9000");
}

TEST(CommandRelay, RefusesAnAddressThatIsNone) {
  const std::string forms = "write ADDRESS:PORT, :PORT (127.0.0.1), [IPV6]:PORT or unix:PATH";
  expect_refused({"--listen", ":99999", "--connect", ":1"},
                 "--listen: ':99999': '99999' is not a port from 0 to 65535; " + forms);
  expect_refused(
      {"--listen", ":0", "--connect", "::1:80"},
      "--connect: '::1:80': an IPv6 address stands in brackets, e.g. [::1]:8080; " + forms);
  expect_refused({"--listen", "unix:", "--connect", ":1"},
                 "--listen: 'unix:' has no path; " + forms);
}

TEST(CommandRelay, RefusesAnUnknownHost) {
  RelayProgram program({"--listen", ":0", "--connect", "no-such-host.invalid:80"});
  int status = 0;
  const std::string text = program.ended(status);
  EXPECT_EQ(status, 2);
  EXPECT_EQ(text.rfind("splicebench: --connect: host 'no-such-host.invalid' is unknown (", 0), 0U)
      << text;
}

TEST(CommandRelay, RefusesAnAddressInUse) {
  const Listener taken(loopback_address(0), "test");
  const std::string address = format_address(taken.address());
  expect_refused({"--listen", address, "--connect", ":1"},
                 fmt::format("--listen: cannot bind {}: another program listens there; end it or "
                             "choose another port (0: any free one)",
                             address));
}

TEST(CommandRelay, RefusesALiveAndAnAbandonedUnixSocketAndAFile) {
  const TemporaryDirectory directory;
  const std::string path = directory.path() / "socket";
  const Address address = parse_address("unix:" + path, "test");
  const std::string cannot = fmt::format("--listen: cannot bind unix:{}: ", path);
  {
    Fd taken = stream_socket(address);
    ASSERT_EQ(::bind(taken.get(), address.get(), address.size), 0);
    ASSERT_EQ(::listen(taken.get(), 1), 0);
    expect_refused({"--listen", "unix:" + path, "--connect", ":1"},
                   cannot + "another program listens there; end it or choose another path");
  }
  expect_refused({"--listen", "unix:" + path, "--connect", ":1"},
                 cannot + "a socket is left there from a program that ended; remove it with: rm '" +
                     path + "'");
  std::filesystem::remove(path);
  const Fd file(::open(path.c_str(), O_CREAT | O_WRONLY | O_CLOEXEC, 0600));
  expect_refused({"--listen", "unix:" + path, "--connect", ":1"},
                 cannot + "a file that is no socket is there; choose another path");
  EXPECT_TRUE(std::filesystem::remove(path));
}

TEST(CommandRelay, RefusesOtherFlagsThatMeanNothing) {
  const auto with = [](const char* flag, const char* value) {
    return std::vector<std::string>{"--listen", ":0", "--connect", ":1", flag, value};
  };
  expect_refused(with("--threads", "0"),
                 "--threads: '0' is not a whole number from 1 to 256; see " SPLICEBENCH_PROGRAM
                 " --help");
  expect_refused(
      with("--format", "xml"),
      "--format: there is no format 'xml'; choose from: text, json; see " SPLICEBENCH_PROGRAM
      " --help");
  std::string known;
  for (const EngineInfo& engine : engines()) known += (known.empty() ? "" : ", ") + engine.name;
  expect_refused(with("--mode", "warp"),
                 "--mode: there is no engine 'warp'; choose from: " + known);
  expect_refused({"--listen", ":0", "--connect", ":0"},
                 "--connect: ':0' has port 0, where nobody listens; give the port");
  expect_refused(with("--drain", "soon"),
                 "--drain: 'soon' is not a time in s or ms; write e.g. 0.05s or 50ms");
}

}  // namespace
}  // namespace splicebench
