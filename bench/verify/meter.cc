#include "bench/verify/meter.h"

#include <fstream>
#include <string>

namespace splicebench {

double cpu_seconds(clockid_t whose) {
  timespec used{};
  ::clock_gettime(whose, &used);
  return static_cast<double>(used.tv_sec) + static_cast<double>(used.tv_nsec) * 1e-9;
}

std::int64_t peak_memory() {
  std::int64_t peak = -1;
  std::int64_t program = 0;
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with("VmHWM:")) peak = std::stoll(line.substr(6)) * 1024;
    if (line.starts_with("RssFile:")) program = std::stoll(line.substr(8)) * 1024;
  }
  return peak < 0 ? -1 : peak - program;
}

void forget_peak_memory() { std::ofstream("/proc/self/clear_refs") << "5"; }

}  // namespace splicebench
