#include "bench/pings/ping_remote.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <optional>
#include <system_error>
#include <utility>

#include "bench/matrix/conditions.h"
#include "bench/matrix/matrix.h"
#include "bench/matrix/output.h"
#include "harness/network/address.h"
#include "harness/network/listener.h"
#include "harness/network/sockets.h"
#include "harness/system/interrupt.h"
#include "harness/system/members.h"
#include "harness/system/process.h"
#include "harness/system/say.h"
#include "harness/system/spawn.h"
#include "harness/system/sys.h"
#include "harness/wire/ping_control.h"
#include "results/files/error.h"
#include "results/text/line.h"
#include "results/verdict/ping_figures.h"

namespace splicebench {

namespace {

constexpr std::size_t kMostConnections = 256;
constexpr std::uint64_t kServerBuffer = 64 << 10;
constexpr double kLongWait = 3600;  ///< seconds, of a wait that something ends
/// Without a descriptor or process to spare no connection is taken for so long: seconds.
constexpr double kPause = 0.1;

/// An echo process on an accepted connection.
Child echo_on(const Fd& connection, const std::string& program) {
  SocketPair control = control_pair();
  SpawnRequest request;
  request.program = program;
  request.fds = {{control.second.get(), kControlFd}, {connection.get(), kDataFd}};
  request.environment = minimal_environment();
  request.shielded = true;
  Child child = spawn(request);
  PeerTask task;
  task.chunk = kServerBuffer;
  // It ends when its word that it is ready finds nobody.
  PeerReady ready;
  control.second.reset();
  if (!send(control.first.get(), task) || !receive(control.first.get(), ready))
    throw_errno("talk to", program, EPIPE);
  if (ready.error != 0) throw_errno("prepare", program, ready.error);
  return child;
}

bool lacks_resources(int error) {
  return error == EMFILE || error == ENFILE || error == ENOBUFS || error == ENOMEM ||
         error == EAGAIN;
}

/// The next connection with its echo process; none when nobody waits. Throws std::system_error.
std::optional<Child> accept_one(const Listener& listener, bool full, const std::string& program) {
  Fd connection(::accept4(listener.fd(), nullptr, nullptr, SOCK_CLOEXEC));
  if (!connection) {
    if (errno != EAGAIN && lacks_resources(errno)) throw_errno("accept", "a connection");
    return std::nullopt;
  }
  if (full) {
    close_with_reset(connection);
    return std::nullopt;
  }
  set_nodelay(connection.get());
  return echo_on(connection, program);
}

}  // namespace

Fd connect_to(const Address& address, const SocketSettings& sockets, double timeout) {
  const std::string name = format_address(address);
  Fd connection = stream_socket(address);
  set_settings(connection.get(), sockets);
  if (::connect(connection.get(), address.get(), address.size) != 0) {
    if (errno != EINPROGRESS) throw_errno("connect to", name);
    const double until = monotonic_seconds() + timeout;
    pollfd done{connection.get(), POLLOUT, 0};
    while (wait_interruptibly(&done, 1, std::max(0.0, until - monotonic_seconds())) <= 0) {
      if (interrupted()) throw Interrupted();
      if (monotonic_seconds() >= until) throw_errno("connect to", name, ETIMEDOUT);
    }
    int error = 0;
    socklen_t size = sizeof error;
    check(::getsockopt(connection.get(), SOL_SOCKET, SO_ERROR, &error, &size), "ask", name);
    if (error != 0) throw_errno("connect to", name, error);
  }
  const int flags = check(::fcntl(connection.get(), F_GETFL), "ask", name);
  check(::fcntl(connection.get(), F_SETFL, flags & ~O_NONBLOCK), "make blocking", name);
  return connection;
}

namespace {

struct Remote {
  std::string name;
  Address address;
};

Remote parse_remote(const std::string& text) {
  const std::size_t equals = text.find('=');
  Remote remote;
  remote.address =
      parse_address(equals == std::string::npos ? text : text.substr(equals + 1), "--client");
  remote.name =
      equals == std::string::npos ? format_address(remote.address) : text.substr(0, equals);
  const bool plain = remote.name.find_first_of("/ \t") == std::string::npos;
  if (equals != std::string::npos && (remote.name.empty() || !plain)) {
    throw UsageError(fmt::format(
        "--client: '{}': a name is letters without blanks and '/'; write NAME=ADDRESS:PORT", text));
  }
  // A path has '/', which separates the parts of a case's name.
  std::replace(remote.name.begin(), remote.name.end(), '/', ':');
  return remote;
}

std::vector<Remote> parse_remotes(const std::string& text) {
  std::vector<Remote> remotes;
  for (const std::string& part : split_at_commas(text)) {
    Remote remote = parse_remote(part);
    for (const Remote& other : remotes) {
      if (other.name == remote.name) {
        throw UsageError(fmt::format("--client: '{}' is given twice; name each once", remote.name));
      }
    }
    remotes.push_back(std::move(remote));
  }
  return remotes;
}

}  // namespace

int serve_pings(const std::string& address, const std::string& program) {
  Listener listener(parse_address(address, "--server"), "--server");
  catch_interrupts();
  fmt::print("listening on {}\n", format_address(listener.address()));
  std::fflush(stdout);
  std::vector<Child> children;
  std::int64_t served = 0;
  bool paused = false;
  bool complained = false;
  while (!interrupted()) {
    std::vector<pollfd> waiting{{paused ? -1 : listener.fd(), POLLIN, 0}};
    for (const Child& child : children) waiting.push_back({child.pidfd(), POLLIN, 0});
    wait_interruptibly(waiting.data(), waiting.size(), paused ? kPause : kLongWait);
    std::erase_if(children, [](Child& child) { return child.try_wait().has_value(); });
    paused = false;
    try {
      std::optional<Child> child =
          accept_one(listener, children.size() >= kMostConnections, program);
      if (!child) continue;
      children.push_back(std::move(*child));
      ++served;
    } catch (const std::system_error& error) {
      if (!lacks_resources(error.code().value())) throw;
      paused = true;
      if (!std::exchange(complained, true)) {
        say(fmt::format("splicebench: {}; going on when there is room", error.what()));
      }
    }
  }
  say(counted(served, "connection") + " served");
  return kDone;
}

AppliedCondition place_nowhere(const std::string& /*value*/, const PathKinds& /*path*/) {
  return {ConditionKind::placement, "none", true, "the client alone, left to the scheduler"};
}

std::vector<PingJob> remote_jobs(const RunOptions& options, const PingOptions& ping,
                                 const std::vector<Row>& rows, const std::string& addresses) {
  const std::vector<Remote> remotes = parse_remotes(addresses);
  const bool has_floor = std::any_of(remotes.begin(), remotes.end(),
                                     [](const Remote& one) { return one.name == kFloor; });
  std::vector<PingJob> jobs;
  for (const Row& row : rows) {
    for (const Remote& remote : remotes) {
      PingJob& job = jobs.emplace_back();
      job.one.id = {row, remote.name};
      if (has_floor && remote.name != kFloor) job.one.floor = kFloor;
      job.plan = common_plan(options, ping, row.chunk);
      job.plan.open = [address = remote.address, sockets = socket_settings(row),
                       timeout = options.timeout] {
        PingEnds ends;
        try {
          ends.client = connect_to(address, sockets, timeout);
        } catch (const std::system_error& error) {
          throw SampleFailed(error.what());
        }
        return ends;
      };
    }
  }
  return jobs;
}

}  // namespace splicebench
