#include "bench/commands/gnuplot_process.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <sstream>
#include <stdexcept>
#include <utility>

#include "harness/system/memory_file.h"
#include "harness/system/spawn.h"
#include "harness/system/sys.h"
#include "results/files/error.h"
#include "results/files/fd.h"

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
  const Fd picture = memory_file("picture");
  const Fd messages = memory_file("messages");
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
  if (program.empty()) {
    throw UsageError(
        "gnuplot is not on PATH and draws the charts; install it (Debian package gnuplot-nox)");
  }
  return [program = std::move(program)](const std::string& script) {
    return run_gnuplot(program, script);
  };
}

}  // namespace splicebench
