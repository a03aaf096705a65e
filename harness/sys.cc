#include "harness/sys.h"

#include <fcntl.h>

#include <string>
#include <system_error>

namespace splicebench {

void throw_errno(std::string_view operation, std::string_view object, int error) {
  throw std::system_error(error, std::generic_category(),
                          std::string(operation) + " " + std::string(object));
}

void set_nonblocking(int fd) {
  const int flags = check(::fcntl(fd, F_GETFL), "fcntl(F_GETFL) on", "descriptor");
  check(::fcntl(fd, F_SETFL, flags | O_NONBLOCK), "fcntl(O_NONBLOCK) on", "descriptor");
}

}  // namespace splicebench
