#include "harness/system/sys.h"

#include <fcntl.h>
#include <sys/resource.h>

#include <cstring>
#include <string>
#include <system_error>

namespace splicebench {

void throw_errno(std::string_view operation, std::string_view object, int error) {
  throw std::system_error(error, std::generic_category(),
                          std::string(operation) + " " + std::string(object));
}

std::string error_name(int error) {
  const char* const name = ::strerrorname_np(error);
  return name == nullptr ? std::to_string(error) : name;
}

std::string errno_text(int error) { return error_name(error) + " (" + std::strerror(error) + ")"; }

std::uint64_t raise_descriptor_limit() {
  rlimit limit{};
  check(::getrlimit(RLIMIT_NOFILE, &limit), "read", "RLIMIT_NOFILE");
  const rlimit raised{limit.rlim_max, limit.rlim_max};
  return ::setrlimit(RLIMIT_NOFILE, &raised) == 0 ? raised.rlim_cur : limit.rlim_cur;
}

void set_nonblocking(int fd) {
  const int flags = check(::fcntl(fd, F_GETFL), "fcntl(F_GETFL) on", "descriptor");
  check(::fcntl(fd, F_SETFL, flags | O_NONBLOCK), "fcntl(O_NONBLOCK) on", "descriptor");
}

}  // namespace splicebench
