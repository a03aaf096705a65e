#include "bench/gnuplot_process.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/mman.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstdlib>
#include <sstream>
#include <stdexcept>
#include <utility>

#include "harness/fd.h"
#include "harness/spawn.h"
#include "harness/sys.h"
#include "results/error.h"

namespace splicebench {

namespace {

/// A gnuplot that dies early must not take this process with it while it is being written to.
class IgnorePipeSignal {
 public:
  IgnorePipeSignal() : before_(std::signal(SIGPIPE, SIG_IGN)) {}
  ~IgnorePipeSignal() { std::signal(SIGPIPE, before_); }
  IgnorePipeSignal(const IgnorePipeSignal&) = delete;
  IgnorePipeSignal& operator=(const IgnorePipeSignal&) = delete;

 private:
  void (*before_)(int);
};

std::string program_on_path(const std::string& name) {
  const char* path = std::getenv("PATH");
  std::istringstream directories(path == nullptr ? "/usr/local/bin:/usr/bin:/bin" : path);
  for (std::string directory; std::getline(directories, directory, ':');) {
    const std::string candidate = (directory.empty() ? "." : directory) + "/" + name;
    if (::access(candidate.c_str(), X_OK) == 0) return candidate;
  }
  throw UsageError(fmt::format(
      "{} is not on PATH and draws the charts; install it (Debian package gnuplot-nox)", name));
}

/// Memory that the child writes to and we read afterwards: unlike a pipe it takes any amount while
/// nobody reads, so the script can be written without listening at the same time.
Fd memory(const char* name) {
  return Fd(check(::memfd_create(name, MFD_CLOEXEC), "memfd_create", name));
}

std::string content_of(const Fd& file) {
  check(::lseek(file.get(), 0, SEEK_SET), "lseek", "output of gnuplot");
  std::string text;
  std::array<char, 65536> buffer{};
  for (;;) {
    const ssize_t got = ::read(file.get(), buffer.data(), buffer.size());
    if (got < 0 && errno == EINTR) continue;
    check(got, "read", "output of gnuplot");
    if (got == 0) return text;
    text.append(buffer.data(), static_cast<std::size_t>(got));
  }
}

/// Stops at the first error: the child's exit status then tells what happened.
void write_script(const Fd& pipe, const std::string& script) {
  std::size_t done = 0;
  while (done < script.size()) {
    const ssize_t written = ::write(pipe.get(), script.data() + done, script.size() - done);
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return;
    done += static_cast<std::size_t>(written);
  }
}

std::string first_line_with_text(const std::string& text) {
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    if (line.find_first_not_of(" \t^") != std::string::npos) return line;
  }
  return "it gave no message";
}

std::string run_gnuplot(const std::string& program, const std::string& script) {
  const IgnorePipeSignal ignore;
  std::array<int, 2> ends{};
  check(::pipe2(ends.data(), O_CLOEXEC), "pipe2", "to gnuplot");
  Fd script_out(ends[0]);
  Fd script_in(ends[1]);
  const Fd picture = memory("picture");
  const Fd messages = memory("messages");
  SpawnRequest request;
  request.program = program;
  request.arguments = {"--default-settings", "-"};
  request.fds = {{script_out.get(), 0}, {picture.get(), 1}, {messages.get(), 2}};
  request.environment = {"LC_ALL=C.UTF-8"};
  Child child = spawn(request);
  script_out.reset();
  write_script(script_in, script);
  script_in.reset();
  const int status = child.wait();
  if (status != 0) {
    throw std::runtime_error(fmt::format("{} {}: {}", program, describe_wait_status(status),
                                         first_line_with_text(content_of(messages))));
  }
  return content_of(picture);
}

}  // namespace

Gnuplot find_gnuplot() {
  std::string program = program_on_path("gnuplot");
  return [program = std::move(program)](const std::string& script) {
    return run_gnuplot(program, script);
  };
}

}  // namespace splicebench
