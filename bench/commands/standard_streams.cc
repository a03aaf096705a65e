#include "bench/commands/standard_streams.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <climits>
#include <cstdio>
#include <cstring>
#include <stdexcept>

#include "bench/matrix/output.h"
#include "harness/system/say.h"

namespace splicebench {

namespace {

std::string reason(int error) { return error == EPIPE ? "" : std::strerror(error); }

}  // namespace

void fill_standard_streams() {
  for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; ++fd) {
    if (::fcntl(fd, F_GETFD) >= 0) continue;
    // The lower ones are open, so it gets this number.
    ::open("/dev/null", fd == STDOUT_FILENO ? O_RDONLY : O_RDWR);
  }
}

void say_without_waiting(const std::string& text) {
  // A pipe that is ready takes PIPE_BUF bytes without waiting (pipe(7)).
  for (std::size_t done = 0; done < text.size(); done += PIPE_BUF) {
    pollfd ready{STDERR_FILENO, POLLOUT, 0};
    if (::poll(&ready, 1, 100) <= 0 || (ready.revents & POLLOUT) == 0) return;
    std::fwrite(text.data() + done, 1, std::min<std::size_t>(PIPE_BUF, text.size() - done), stderr);
  }
}

bool print_out(const std::string& text, std::string& why) {
  show(text);
  if (std::ferror(stdout) == 0 && std::fflush(stdout) == 0) return true;
  why = reason(errno);
  std::clearerr(stdout);
  return false;
}

void print_only(const std::string& text) {
  std::string why;
  if (!print_out(text, why) && !why.empty())
    throw std::runtime_error("standard output cannot be written: " + why);
}

void print_what_is_kept(const std::string& text, const std::string& file) {
  std::string why;
  if (print_out(text, why) || why.empty()) return;
  say(fmt::format("splicebench: standard output cannot be written: {}; the result is in {}", why,
                  file));
}

void print_as_last_resort(const std::string& result, const std::string& trouble) {
  std::string why;
  const bool printed = print_out(result, why);
  say(fmt::format("splicebench: {}, nor any file in $TMPDIR, /tmp or /var/tmp; {}", trouble,
                  printed ? "the result went to standard output" : "the result is lost"));
}

int finish_output(int status) {
  if (std::fflush(stdout) == 0) return status;
  const std::string why = reason(errno);
  if (why.empty()) return status;
  say("splicebench: standard output cannot be written: " + why);
  return kFailed;
}

}  // namespace splicebench
