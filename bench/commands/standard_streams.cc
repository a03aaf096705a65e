#include "bench/commands/standard_streams.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <unistd.h>

#include <cerrno>
#include <climits>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "bench/matrix/output.h"

namespace splicebench {

namespace {

std::string reason(int error) { return error == EPIPE ? "" : std::strerror(error); }

}  // namespace

void fill_standard_streams() {
  int fd = 0;
  while ((fd = ::open("/dev/null", O_RDWR)) >= 0 && fd <= STDERR_FILENO) {
  }
  if (fd > STDERR_FILENO) ::close(fd);
}

void say(const std::string& text) {
  // Neither a full disk nor a terminal that is gone is worth more than the text.
  std::fwrite(text.data(), 1, text.size(), stderr);
}

void say_without_waiting(const std::string& text) {
  // A pipe that is ready takes PIPE_BUF bytes without waiting (pipe(7)).
  for (std::size_t done = 0; done < text.size(); done += PIPE_BUF) {
    pollfd ready{STDERR_FILENO, POLLOUT, 0};
    if (::poll(&ready, 1, 100) <= 0 || (ready.revents & POLLOUT) == 0) return;
    say(text.substr(done, PIPE_BUF));
  }
}

bool print_out(const std::string& text, std::string& why) {
  const bool written = std::fwrite(text.data(), 1, text.size(), stdout) == text.size();
  if (written && std::fflush(stdout) == 0) return true;
  why = reason(errno);
  std::clearerr(stdout);
  return false;
}

void print_what_is_kept(const std::string& text, const std::string& file) {
  std::string why;
  if (print_out(text, why) || why.empty()) return;
  say(fmt::format("splicebench: standard output cannot be written: {}; the result is in {}\n", why,
                  file));
}

bool stdout_colour() {
  const char* const no_colour = std::getenv("NO_COLOR");
  return ::isatty(STDOUT_FILENO) != 0 && (no_colour == nullptr || *no_colour == '\0');
}

int finish_output(int status) {
  if (std::fflush(stdout) == 0) return status;
  const std::string why = reason(errno);
  if (why.empty()) return status;
  say(fmt::format("splicebench: standard output cannot be written: {}\n", why));
  return kFailed;
}

}  // namespace splicebench
