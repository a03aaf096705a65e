#include "harness/machine/quota.h"

#include <algorithm>
#include <fstream>
#include <sstream>

namespace splicebench {

namespace {

/// "cpu.max": QUOTA PERIOD in microseconds, "max" for none.
std::optional<double> of_version_2(const std::string& group) {
  std::ifstream file(group + "/cpu.max");
  double quota = 0;
  double period = 0;
  if (!(file >> quota >> period) || quota <= 0 || period <= 0) return std::nullopt;
  return quota / period;
}

/// A quota of -1 is none.
std::optional<double> of_version_1(const std::string& group) {
  std::ifstream quota_file(group + "/cpu.cfs_quota_us");
  std::ifstream period_file(group + "/cpu.cfs_period_us");
  double quota = 0;
  double period = 0;
  if (!(quota_file >> quota) || !(period_file >> period) || quota <= 0 || period <= 0)
    return std::nullopt;
  return quota / period;
}

/// The least of `path` under `mount` and all above it. A container sees its group as the root of
/// the mount, whatever its path is called outside.
std::optional<double> least(const std::string& mount, std::string path,
                            std::optional<double> (*read)(const std::string&)) {
  std::optional<double> found;
  while (true) {
    const std::optional<double> here = read(mount + path);
    if (here && (!found || *here < *found)) found = here;
    if (path.empty()) return found;
    path.resize(std::min(path.rfind('/'), path.size()));
  }
}

}  // namespace

std::optional<double> cpu_quota(const std::string& proc, const std::string& root) {
  std::ifstream groups(proc);
  for (std::string line; std::getline(groups, line);) {
    // HIERARCHY:CONTROLLERS:PATH; version 2 has no controllers.
    const std::size_t first = line.find(':');
    const std::size_t second = line.find(':', first + 1);
    if (first == std::string::npos || second == std::string::npos) continue;
    const std::string controllers = line.substr(first + 1, second - first - 1);
    std::string path = line.substr(second + 1);
    if (path == "/") path.clear();
    if (controllers.empty()) {
      const std::optional<double> quota = least(root, path, of_version_2);
      if (quota) return quota;
    }
    std::istringstream names(controllers);
    for (std::string name; std::getline(names, name, ',');) {
      if (name != "cpu") continue;
      for (const std::string& mount : {root + "/" + controllers, root + "/cpu"}) {
        const std::optional<double> quota = least(mount, path, of_version_1);
        if (quota) return quota;
      }
    }
  }
  return std::nullopt;
}

}  // namespace splicebench
