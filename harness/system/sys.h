#pragma once

// The one wrapper of set-up system calls. Hot loops check in place.

#include <cerrno>
#include <cstdint>
#include <string>
#include <string_view>

namespace splicebench {

/// Throws std::system_error saying "`operation` `object`" for `error`.
[[noreturn]] void throw_errno(std::string_view operation, std::string_view object,
                              int error = errno);

/// `result` of a call that returns -1 and errno on failure; throws as throw_errno.
template <typename Integer>
Integer check(Integer result, std::string_view operation, std::string_view object) {
  if (result < 0) throw_errno(operation, object);
  return result;
}

/// "ECONNRESET", or the number of an errno without a name.
std::string error_name(int error);

/// "ECONNRESET (Connection reset by peer)".
std::string errno_text(int error);

/// As many descriptors as this process may have at all, which is what it returns; where even that
/// is refused, the limit stays as it is. Throws.
std::uint64_t raise_descriptor_limit();

/// Sets O_NONBLOCK. Throws.
void set_nonblocking(int fd);

}  // namespace splicebench
