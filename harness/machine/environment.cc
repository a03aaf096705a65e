#include "harness/machine/environment.h"

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <linux/magic.h>
#include <sys/statfs.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <fstream>

#include "harness/machine/page_sharing.h"
#include "harness/machine/placement.h"
#include "harness/system/programs.h"
#include "harness/system/sys.h"

namespace splicebench {

namespace {

/// First line of a file; empty when it cannot be read.
std::string line_of(const std::string& path) {
  std::ifstream file(path);
  std::string line;
  std::getline(file, line);
  return line;
}

/// Value of "key : value" in /proc/cpuinfo.
std::string cpuinfo(const std::string& key) {
  std::ifstream file("/proc/cpuinfo");
  for (std::string line; std::getline(file, line);) {
    const std::size_t colon = line.find(": ");
    if (line.starts_with(key) && colon != std::string::npos) return line.substr(colon + 2);
  }
  return "";
}

bool has_hypervisor_flag() {
  return (" " + cpuinfo("flags") + " ").find(" hypervisor ") != std::string::npos;
}

std::string hypervisor() {
  const std::string vendor = line_of("/sys/class/dmi/id/sys_vendor");
  if (!has_hypervisor_flag()) return "";
  return vendor.empty() ? "yes" : vendor;
}

std::string now_iso8601() {
  const std::time_t now = std::time(nullptr);
  std::tm local{};
  ::localtime_r(&now, &local);
  std::string text = fmt::format("{:%Y-%m-%dT%H:%M:%S%z}", local);
  return text.insert(text.size() - 2, ":");
}

bool is_memory(const std::string& file_system) {
  return file_system == "tmpfs" || file_system == "ramfs";
}

utsname names() {
  utsname name{};
  check(::uname(&name), "uname of", "this machine");
  return name;
}

}  // namespace

std::string machine_name() { return names().nodename; }

std::string kernel_text() {
  const utsname name = names();
  return fmt::format("{} {} {}", name.sysname, name.release, name.machine);
}

std::string cpu_model() { return cpuinfo("model name"); }

Environment read_environment() {
  Environment environment;
  environment.date = now_iso8601();
  environment.host = machine_name();
  environment.kernel = kernel_text();
  environment.cpu_model = cpu_model();
  environment.mhz = std::strtod(cpuinfo("cpu MHz").c_str(), nullptr);
  environment.cpus = static_cast<std::int64_t>(allowed_cpus().size());
  environment.hypervisor = hypervisor();
  environment.governor = line_of("/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor");
#ifdef __clang__
  environment.compiler = fmt::format("clang {}", __clang_version__);
#else
  environment.compiler = fmt::format("g++ {}", __VERSION__);
#endif
  // Of what the compiler was told, not of what the build is called.
#ifdef __OPTIMIZE__
  environment.build_type = "optimized";
#else
  environment.build_type = "not optimized";
#endif
  const PageSharing shared = page_sharing(default_file_dir());
  environment.splice_shares_file = shared.file;
  environment.splice_shares_socket = shared.socket;
  environment.version = SPLICEBENCH_VERSION;
  environment.executable = own_program();
  std::array<double, 3> load{};
  if (::getloadavg(load.data(), load.size()) == static_cast<int>(load.size())) {
    environment.load_average.assign(load.begin(), load.end());
  }
  for (const char* key :
       {"net/ipv4/tcp_rmem", "net/ipv4/tcp_wmem", "net/ipv4/tcp_congestion_control",
        "net/core/rmem_default", "net/core/wmem_default", "net/core/rmem_max", "net/core/wmem_max",
        "fs/pipe-max-size", "fs/pipe-user-pages-soft", "vm/dirty_background_ratio"}) {
    const std::string value = line_of(fmt::format("/proc/sys/{}", key));
    if (!value.empty()) environment.sysctls[key] = value;
  }
  return environment;
}

std::string file_system_of(const std::string& directory) {
  struct statfs status {};
  check(::statfs(directory.c_str(), &status), "statfs of", directory);
  struct Known {
    unsigned long type;
    const char* name;
  };
  static constexpr std::array<Known, 9> kKnown{{{EXT4_SUPER_MAGIC, "ext4"},
                                                {XFS_SUPER_MAGIC, "xfs"},
                                                {BTRFS_SUPER_MAGIC, "btrfs"},
                                                {F2FS_SUPER_MAGIC, "f2fs"},
                                                {TMPFS_MAGIC, "tmpfs"},
                                                {RAMFS_MAGIC, "ramfs"},
                                                {OVERLAYFS_SUPER_MAGIC, "overlayfs"},
                                                {NFS_SUPER_MAGIC, "nfs"},
                                                {0x2fc12fc1, "zfs"}}};
  for (const Known& known : kKnown) {
    if (known.type == static_cast<unsigned long>(status.f_type)) return known.name;
  }
  return fmt::format("type 0x{:x}", static_cast<unsigned long>(status.f_type));
}

std::string default_file_dir() {
  std::string first;
  const char* const home = std::getenv("HOME");
  std::error_code gone;  // a working directory may have been removed
  for (const std::string& candidate :
       {std::string("/var/tmp"), std::filesystem::current_path(gone).string(),
        std::string(home == nullptr ? "" : home), std::string("/tmp")}) {
    if (candidate.empty() || ::access(candidate.c_str(), W_OK | X_OK) != 0) continue;
    if (!is_memory(file_system_of(candidate))) return candidate;
    if (first.empty()) first = candidate;
  }
  return first.empty() ? "/tmp" : first;
}

}  // namespace splicebench
