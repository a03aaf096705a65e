#include "harness/system/memory_file.h"

#include <sys/mman.h>
#include <unistd.h>

#include <array>
#include <cerrno>

#include "harness/system/sys.h"

namespace splicebench {

Fd memory_file(const char* name) {
  return Fd(check(::memfd_create(name, MFD_CLOEXEC), "memfd_create", name));
}

std::string content_of(const Fd& file) {
  std::string text;
  std::array<char, 65536> buffer{};
  for (;;) {
    const ssize_t got =
        ::pread(file.get(), buffer.data(), buffer.size(), static_cast<off_t>(text.size()));
    if (got < 0 && errno == EINTR) continue;
    check(got, "read", "a child's output");
    if (got == 0) return text;
    text.append(buffer.data(), static_cast<std::size_t>(got));
  }
}

}  // namespace splicebench
