#include "harness/engine/path.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <stdlib.h>

#include <algorithm>
#include <cerrno>

#include "harness/system/sys.h"
#include "results/files/error.h"

namespace splicebench {

namespace {

std::vector<PathInfo>& registry() {
  static std::vector<PathInfo> all;
  return all;
}

bool before(const PathInfo& a, const PathInfo& b) {
  if (a.sink != b.sink) return a.sink < b.sink;
  return a.name < b.name;
}

}  // namespace

RegisterPath::RegisterPath(PathInfo info) {
  std::vector<PathInfo>& all = registry();
  all.insert(std::lower_bound(all.begin(), all.end(), info, before), std::move(info));
}

const std::vector<PathInfo>& paths() { return registry(); }

const PathInfo& path_named(const std::string& name) {
  std::string known;
  for (const PathInfo& path : paths()) {
    if (path.name == name) return path;
    known += (known.empty() ? "" : ", ") + path.name;
  }
  throw UsageError(fmt::format("--paths: there is no path '{}'; choose from: {}", name, known));
}

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
