#include "harness/hosts/reach/reach.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "harness/foreign/relay_command.h"
#include "harness/hosts/reach/archive.h"
#include "harness/system/memory_file.h"
#include "harness/system/sys.h"
#include "results/files/error.h"

namespace splicebench {

namespace {

/// A link that is down shows by this many seconds of silence, three times; the agent itself is
/// given up before.
constexpr const char* kAliveInterval = "ServerAliveInterval=5";

struct Pipe {
  Fd read;
  Fd write;
  Pipe() {
    int ends[2];
    check(::pipe2(ends, O_CLOEXEC), "make", "a pipe");
    read = Fd(ends[0]);
    write = Fd(ends[1]);
  }
};

std::vector<std::string> whole_environment() {
  std::vector<std::string> all;
  for (char** variable = ::environ; *variable != nullptr; ++variable) all.push_back(*variable);
  return all;
}

Fd open_namespace(const std::string& name) {
  const std::string path = "/run/netns/" + name;
  Fd network(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!network) {
    throw UsageError(
        fmt::format("--hosts: there is no network namespace '{}' here ({}: {}); see: ip netns list",
                    name, path, errno_text(errno)));
  }
  return network;
}

std::size_t size_of(const Fd& file) {
  struct stat status {};
  check(::fstat(file.get(), &status), "stat", "an archive in memory");
  return static_cast<std::size_t>(status.st_size);
}

std::string command_of(const AgentPrograms& programs) {
  if (programs.archive) return unpacking_command(size_of(programs.archive));
  return fmt::format("exec {} agent",
                     programs.remote.empty() ? "splicebench" : quoted(programs.remote));
}

std::vector<std::string> ssh_words(const HostPlace& place, const AgentPrograms& programs) {
  // BatchMode: nobody is there to be asked for a password.
  std::vector<std::string> words{"-T", "-o", "BatchMode=yes", "-o", kAliveInterval};
  if (place.port != 0) words.insert(words.end(), {"-p", std::to_string(place.port)});
  if (!place.user.empty()) words.insert(words.end(), {"-l", place.user});
  words.insert(words.end(), {"--", place.host, command_of(programs)});
  return words;
}

}  // namespace

AgentProcess start_agent(const HostPlace& place, const AgentPrograms& programs) {
  SpawnRequest request;
  request.environment = whole_environment();
  // The runner is asked to end, and ends it.
  request.shielded = true;
  // An agent that is stopped does not notice the end of its input; nor would ssh, which waits for
  // it.
  request.ends_with_parent = true;
  Fd network;
  if (place.kind == HostPlace::Kind::ssh) {
    request.program = program_on_path("ssh");
    if (request.program.empty())
      throw UsageError("--hosts: there is no ssh here; install the package openssh-client");
    request.arguments = ssh_words(place, programs);
  } else {
    request.program = programs.own;
    request.arguments = {"agent"};
    if (place.kind == HostPlace::Kind::netns) {
      network = open_namespace(place.host);
      request.network = network.get();
    }
  }
  Pipe in;
  Pipe out;
  Fd err = memory_file("agent");
  request.fds = {
      {in.read.get(), STDIN_FILENO}, {out.write.get(), STDOUT_FILENO}, {err.get(), STDERR_FILENO}};
  Fd archive;
  if (place.kind == HostPlace::Kind::ssh && programs.archive) {
    archive = Fd(check(::fcntl(programs.archive.get(), F_DUPFD_CLOEXEC, 0), "duplicate",
                       "an archive in memory"));
  }
  return {std::move(in.write), std::move(out.read), std::move(err), spawn(request),
          std::move(archive)};
}

void await_end(const AgentProcess& process) {
  constexpr int kMilliseconds = 2000;
  pollfd ended{process.child.pidfd(), POLLIN, 0};
  ::poll(&ended, 1, kMilliseconds);
}

}  // namespace splicebench
