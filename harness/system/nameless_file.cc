#include "harness/system/nameless_file.h"

#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include <cerrno>

#include "harness/system/sys.h"

namespace splicebench {

Fd nameless_file(const std::string& directory) {
  Fd file(::open(directory.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600));
  if (file) return file;
  if (errno != EOPNOTSUPP && errno != EISDIR && errno != ENOENT)
    throw_errno("make a file in", directory);
  std::string name = directory + "/splicebench.XXXXXX";
  file = Fd(check(::mkostemp(name.data(), O_CLOEXEC), "make a file in", directory));
  check(::unlink(name.c_str()), "unlink", name);
  return file;
}

}  // namespace splicebench
