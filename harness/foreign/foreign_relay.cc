#include "harness/foreign/foreign_relay.h"

#include <fmt/format.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/time.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <random>
#include <sstream>

#include "harness/foreign/relay_command.h"
#include "harness/foreign/relay_sockets.h"
#include "harness/network/network.h"
#include "harness/network/sockets.h"
#include "harness/system/interrupt.h"
#include "harness/system/memory_file.h"
#include "harness/system/process.h"
#include "harness/system/sys.h"
#include "harness/wire/control.h"
#include "results/files/error.h"

namespace splicebench {

namespace {

/// Between two tries to connect, seconds: doubled from the first to the last.
constexpr double kFirstPause = 0.0005;
constexpr double kLastPause = 0.02;
/// What the guard may take to end everything, seconds.
constexpr double kGrace = 5;
constexpr std::size_t kLastLines = 3;
/// How long the relay's own connection is waited for when another one came, seconds.
constexpr double kStrangersTime = 0.25;

std::string make_directory() {
  const char* const named = std::getenv("TMPDIR");
  const std::string parent = named == nullptr || *named == '\0' ? "/tmp" : named;
  std::string path = parent + "/splicebench-relay-XXXXXX";
  if (::mkdtemp(path.data()) == nullptr) {
    throw UsageError(
        fmt::format("--relay: no directory can be made in {}: {}; set TMPDIR to one where it can",
                    parent, std::strerror(errno)));
  }
  return path;
}

std::vector<std::string> guard_environment() {
  std::vector<std::string> environment = minimal_environment();
  for (const char* name : {"PATH", "HOME"}) {
    if (const char* value = std::getenv(name))
      environment.push_back(fmt::format("{}={}", name, value));
  }
  return environment;
}

/// A socket connected to itself: its port was chosen for it, and nobody listens there.
bool met_itself(int fd) {
  const std::optional<Address> peer = peer_address(fd);
  if (!peer) return true;
  return !peer->is_unix() && format_address(local_address(fd)) == format_address(*peer);
}

/// Of a blocking connect(2); 0: without end.
void limit_connect(int fd, double seconds) {
  timeval limit{};
  limit.tv_sec = static_cast<time_t>(seconds);
  limit.tv_usec = static_cast<suseconds_t>((seconds - static_cast<double>(limit.tv_sec)) * 1e6);
  check(::setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit), "limit", "a connect");
}

bool nobody_listens(int error) {
  return error == ECONNREFUSED || error == ENOENT || error == EAGAIN || error == EINPROGRESS ||
         error == ECONNRESET;
}

}  // namespace

unsigned free_port(Address address) {
  unsigned low = 32768;
  std::ifstream("/proc/sys/net/ipv4/ip_local_port_range") >> low;
  // Below the range, but not where services are; where it leaves no such room, any port will do.
  const unsigned first = std::max(10000U, low > 12000 ? low - 12000 : 0U);
  std::random_device random;
  for (int attempt = 0; attempt < 100; ++attempt) {
    const unsigned port = first < low ? first + random() % (low - first) : 0;
    set_port(address, port);
    const Fd probe = stream_socket(address);
    if (::bind(probe.get(), address.get(), address.size) != 0) continue;
    const std::string text = format_address(local_address(probe.get()));
    return static_cast<unsigned>(std::stoul(text.substr(text.rfind(':') + 1)));
  }
  throw std::runtime_error("no free port was found for the relay to listen on");
}

Address ForeignRelay::free_address(const ForeignRelayPlan& plan) {
  Address address = plan.listen.value_or(loopback_address(0));
  in_network(plan.network, [&address] { set_port(address, free_port(address)); });
  return address;
}

ForeignRelay::ForeignRelay(const ForeignRelayPlan& plan)
    : name_(plan.relay.name),
      network_(plan.network),
      sockets_(plan.sockets),
      output_(memory_file("relay")) {
  const std::string what = fmt::format("--relay: {}", name_);
  if (::access("/proc/self/stat", R_OK) != 0) {
    throw UsageError(fmt::format(
        "{}: its processes can only be found and measured through /proc; mount it", what));
  }
  directory_ = make_directory();
  try {
    listen_ = plan.listen_unix ? parse_address("unix:" + directory_ + "/socket", what)
                               : free_address(plan);
    start(plan, what);
  } catch (...) {
    end();
    throw;
  }
}

void ForeignRelay::start(const ForeignRelayPlan& plan, const std::string& what) {
  const Placeholders known =
      placeholders(listen_, plan.connect, directory_, plan.flows, plan.threads);
  std::ofstream config(directory_ + "/config");
  config << expand(plan.relay.config, known, what);
  config.close();
  if (!config) throw std::runtime_error(fmt::format("cannot write {}/config", directory_));
  std::vector<std::string> words = split_words(command_for(plan.relay, plan.listen_unix), what);
  for (std::string& word : words) word = expand(word, known, what);
  const std::string program = program_on_path(words.front());
  if (program.empty()) {
    throw SampleFailed(fmt::format(
        "relay {}: there is no program '{}'; install it or give its path", name_, words.front()));
  }
  words.front() = program;
  words.insert(words.begin(), directory_);

  SocketPair control = control_pair();
  control_ = std::move(control.first);
  SpawnRequest request;
  request.program = plan.guard;
  request.arguments = words;
  request.fds = {{control.second.get(), kControlFd}, {output_.get(), kDataFd}};
  request.environment = guard_environment();
  request.shielded = true;
  request.network = plan.network;
  guard_ = std::make_unique<Child>(spawn(request));
  control.second.reset();
  GuardTask task;
  task.cpus = plan.cpus;
  GuardReport report;
  if (!send(control_.get(), task) || !receive(control_.get(), report)) fail("its guard was killed");
  if (report.error != 0) {
    fail(fmt::format("{} cannot be started: {}", program, std::strerror(report.error)));
  }
  root_ = report.root;
}

ForeignRelay::~ForeignRelay() { end(); }

void ForeignRelay::end() {
  control_.reset();
  if (guard_) {
    pollfd ended{guard_->pidfd(), POLLIN, 0};
    // One that does not end in time is killed; its first process dies with it.
    while (::poll(&ended, 1, static_cast<int>(kGrace * 1000)) < 0 && errno == EINTR) {
    }
    guard_.reset();
  }
  std::error_code ignored;  // the guard has removed it but when it was killed
  if (!directory_.empty()) std::filesystem::remove_all(directory_, ignored);
}

pid_t ForeignRelay::root() const { return root_; }
int ForeignRelay::pidfd() const { return guard_->pidfd(); }

Fd ForeignRelay::connect(double deadline) {
  const double began = monotonic_seconds();
  for (double pause = kFirstPause;; pause = std::min(2 * pause, kLastPause)) {
    const double left = deadline - monotonic_seconds();
    if (left <= 0) {
      fail(fmt::format("nobody listens on {} after {:.1f} s (--timeout)", format_address(listen_),
                       monotonic_seconds() - began));
    }
    Fd fd;
    in_network(network_, [&] {
      fd = Fd(check(::socket(listen_.storage.ss_family, SOCK_STREAM | SOCK_CLOEXEC, 0), "make",
                    "a socket"));
    });
    set_settings(fd.get(), sockets_);
    limit_connect(fd.get(), left);
    if (::connect(fd.get(), listen_.get(), listen_.size) != 0) {
      if (has_listened_ && (errno == ECONNREFUSED || errno == ENOENT))
        fail("it listens no more after a connection; with --flows it must serve many");
      if (!nobody_listens(errno))
        fail(fmt::format("cannot connect to {}: {}", format_address(listen_), errno_text(errno)));
    } else if (!met_itself(fd.get())) {
      has_listened_ = true;
      limit_connect(fd.get(), 0);
      set_nodelay(fd.get());
      return fd;
    }
    fd.reset();
    pollfd ended{control_.get(), POLLIN, 0};
    wait_interruptibly(&ended, 1, pause);
    if (interrupted()) throw Interrupted();
    require_alive();
  }
}

Fd ForeignRelay::accept(const Listener& target, double deadline) {
  // Taken when nothing better comes: /proc may hide what a relay has open (setuid, io_uring's own
  // descriptors).
  Fd unknown;
  double until = deadline;
  for (;;) {
    Fd fd(::accept4(target.fd(), nullptr, nullptr, SOCK_CLOEXEC));
    if (fd) {
      set_nodelay(fd.get());
      if (is_other_end_below(root(), fd)) return fd;
      if (unknown) continue;
      unknown = std::move(fd);
      until = std::min(deadline, monotonic_seconds() + kStrangersTime);
      continue;
    }
    if (errno != EAGAIN && errno != ECONNABORTED && errno != EINTR)
      throw_errno("accept on", format_address(target.address()));
    const double left = until - monotonic_seconds();
    if (left <= 0 && unknown) return unknown;
    if (left <= 0) {
      fail(
          fmt::format("it took a connection and did not connect to {} in the time allowed "
                      "(--timeout)",
                      format_address(target.address())));
    }
    std::array<pollfd, 2> waiting{{{target.fd(), POLLIN, 0}, {control_.get(), POLLIN, 0}}};
    wait_interruptibly(waiting.data(), waiting.size(), left);
    if (interrupted()) throw Interrupted();
    require_alive();
  }
}

void ForeignRelay::require_alive() {
  const std::string end = how_it_ended();
  if (!end.empty()) throw SampleFailed(end);
}

std::string ForeignRelay::how_it_ended(double patience) {
  pollfd told{control_.get(), POLLIN, 0};
  if (ended_.empty() && ::poll(&told, 1, static_cast<int>(patience * 1000)) > 0) {
    GuardReport report;
    ended_ = receive(control_.get(), report) ? describe_wait_status(report.status)
                                             : "ended when its guard was killed";
  }
  return ended_.empty() ? "" : fmt::format("relay {} {}{}", name_, ended_, last_lines());
}

std::string ForeignRelay::last_lines() const {
  std::vector<std::string> lines;
  std::istringstream text(content_of(output_));
  for (std::string line; std::getline(text, line);) {
    if (line.find_first_not_of(" \t\r") == std::string::npos) continue;
    lines.push_back(line);
    if (lines.size() > kLastLines) lines.erase(lines.begin());
  }
  if (lines.empty()) return "; it wrote nothing";
  return fmt::format("; its last lines: {}", fmt::join(lines, " | "));
}

void ForeignRelay::fail(const std::string& what) const {
  throw SampleFailed(fmt::format("relay {}: {}{}", name_, what, last_lines()));
}

}  // namespace splicebench
