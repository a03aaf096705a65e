#include "harness/hosts/reach/greeting.h"

#include <fmt/format.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <optional>
#include <vector>

#include "harness/hosts/requests.h"
#include "harness/system/interrupt.h"
#include "harness/system/members.h"
#include "harness/system/memory_file.h"
#include "harness/system/process.h"
#include "harness/system/sys.h"

namespace splicebench {

namespace {

constexpr std::size_t kLongestGreeting = 200;

void send_archive(const std::string& name, const AgentProcess& process, double deadline) {
  set_nonblocking(process.in.get());
  std::vector<char> piece(1 << 16);
  for (off_t position = 0;;) {
    const ssize_t size = check(::pread(process.archive.get(), piece.data(), piece.size(), position),
                               "read", "an archive in memory");
    if (size == 0) return;
    const ssize_t put = ::write(process.in.get(), piece.data(), static_cast<std::size_t>(size));
    if (put >= 0) {
      position += put;
      continue;
    }
    // Why it ended shows when its greeting is waited for.
    if (errno != EAGAIN && errno != EINTR) return;
    pollfd waiting{process.in.get(), POLLOUT, 0};
    const double left = deadline - monotonic_seconds();
    if (left <= 0) {
      throw SampleFailed(fmt::format(
          "host {}: only {} bytes of this program could be sent there in the time allowed; raise "
          "--timeout, or install it there",
          name, position));
    }
    wait_interruptibly(&waiting, 1, left);
    if (interrupted()) throw Interrupted();
  }
}

std::string read_greeting(const std::string& name, const AgentProcess& process, double deadline) {
  std::string line;
  while (line.size() < kLongestGreeting) {
    if (!wait_until({process.out.get()}, deadline)) {
      throw SampleFailed(
          fmt::format("host {}: nothing came from its agent in the time allowed; see whether ssh "
                      "gets there, or "
                      "raise --timeout",
                      name));
    }
    char byte = 0;
    const ssize_t got = ::read(process.out.get(), &byte, 1);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) break;
    if (byte == '\n') return line;
    line += byte;
  }
  return line;
}

/// Of an agent that has ended: ssh(1) ends with 255 where it does not get there.
bool ssh_failed(AgentProcess& process) {
  const std::optional<int> status = process.child.try_wait();
  return !status || (WIFEXITED(*status) && WEXITSTATUS(*status) == 255);
}

std::string why_none(AgentProcess& process) {
  await_end(process);
  const std::string words = words_of(process);
  if (words.empty()) return "its agent ended without a word";
  if (words.find("Permission denied (") != std::string::npos)
    return words + "; ssh must get there without a password: see to a key, or an ssh-agent(1)";
  if (ssh_failed(process)) return words;
  // The peers are linked statically, the program and the relay are not.
  if (words.find("shared librar") != std::string::npos ||
      words.find("required by") != std::string::npos) {
    return words + "; it needs the libraries of the machine it was built on: install splicebench " +
           "there, and name it with --remote-program";
  }
  if (process.archive) {
    return words + "; --copy takes sh, tar and gzip there, and a directory for temporary files " +
           "(TMPDIR, else /tmp) that has room and whose programs may be started: see to that, or " +
           "install splicebench there and leave --copy out";
  }
  if (words.find("not found") != std::string::npos ||
      words.find("No such file") != std::string::npos) {
    return words + "; install splicebench there, name it with --remote-program, or use --copy";
  }
  return words;
}

}  // namespace

bool wait_until(const std::vector<int>& fds, double deadline) {
  for (;;) {
    std::vector<pollfd> waiting;
    for (const int fd : fds) waiting.push_back({fd, POLLIN, 0});
    const double left = std::max(0.0, deadline - monotonic_seconds());
    if (wait_interruptibly(waiting.data(), waiting.size(), left) > 0) return true;
    if (interrupted()) throw Interrupted();
    if (left <= 0) return false;
  }
}

std::string words_of(const AgentProcess& process) {
  const std::string text = content_of(process.err);
  std::string words;
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = std::min(text.find('\n', begin), text.size());
    std::string line = text.substr(begin, end - begin);
    while (!line.empty() && (line.back() == '\r' || line.back() == ' ')) line.pop_back();
    // ssh frames its warnings.
    if (!line.empty() && line.front() != '@') words += (words.empty() ? "" : " ") + line;
    begin = end + 1;
  }
  return words;
}

void greet(const std::string& name, AgentProcess& process, double deadline) {
  if (process.archive) send_archive(name, process, deadline);
  const std::string line = read_greeting(name, process, deadline);
  if (line == agent_greeting()) return;
  if (line.starts_with(kGreetingBegin)) {
    throw SampleFailed(
        fmt::format("host {} has another build of splicebench: it says '{}', this one is '{}'; "
                    "install the same "
                    "there, or use --copy",
                    name, line, agent_greeting()));
  }
  if (line.empty()) throw SampleFailed(fmt::format("host {}: {}", name, why_none(process)));
  throw SampleFailed(fmt::format(
      "host {}: its agent begins with '{}', which is none of its words; make the shell there print "
      "nothing when it is not asked by a person",
      name, line));
}

}  // namespace splicebench
