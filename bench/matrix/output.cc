#include "bench/matrix/output.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <ctime>
#include <filesystem>

#include "results/files/error.h"
#include "results/files/write_file.h"

namespace splicebench {

std::string default_out() {
  const std::time_t now = std::time(nullptr);
  std::tm utc{};
  ::gmtime_r(&now, &utc);
  char text[64];
  std::strftime(text, sizeof text, "splicebench-%Y%m%dT%H%M%SZ.json", &utc);
  return text;
}

void require_writable_out(const std::string& path, bool force) {
  if (path == "-") throw UsageError("--out: standard output takes no result; name a file");
  std::error_code unknown;  // what is wrong with the name, a look at it as a file will say
  if (std::filesystem::is_directory(path, unknown)) {
    throw UsageError(fmt::format("--out: {} is a directory; name a file in it", path));
  }
  const bool exists = ::faccessat(AT_FDCWD, path.c_str(), F_OK, AT_SYMLINK_NOFOLLOW) == 0;
  if (!exists && errno != ENOENT) {
    throw UsageError(fmt::format("--out: {} cannot be written: {}; name another file", path,
                                 std::strerror(errno)));
  }
  if (exists && !force) {
    throw UsageError(
        fmt::format("--out: {} exists; name another file, or overwrite it with --force", path));
  }
  require_replaceable(path);
  const std::string directory = std::filesystem::path(path).parent_path();
  if (::access(directory.empty() ? "." : directory.c_str(), W_OK | X_OK) != 0) {
    throw UsageError(
        fmt::format("--out: {} cannot be written: {}; name a file in a directory that can", path,
                    std::strerror(errno)));
  }
}

}  // namespace splicebench
