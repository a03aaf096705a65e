#include "bench/standard_streams.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>

namespace splicebench {

namespace {

constexpr int kFailed = 3;

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

bool print_out(const std::string& text, std::string& why) {
  const bool written = std::fwrite(text.data(), 1, text.size(), stdout) == text.size();
  if (written && std::fflush(stdout) == 0) return true;
  why = reason(errno);
  std::clearerr(stdout);
  return false;
}

int finish_output(int status) {
  if (std::fflush(stdout) == 0) return status;
  const std::string why = reason(errno);
  if (why.empty()) return status;
  say(fmt::format("splicebench: standard output cannot be written: {}\n", why));
  return kFailed;
}

}  // namespace splicebench
