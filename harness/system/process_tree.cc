#include "harness/system/process_tree.h"

#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstring>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <string>
#include <system_error>

namespace splicebench {

namespace {

std::string directory_of(pid_t pid) { return "/proc/" + std::to_string(pid); }

/// The threads of `pid`, as directories of /proc; none when it has ended.
std::vector<std::filesystem::path> threads_of(pid_t pid) {
  std::vector<std::filesystem::path> threads;
  std::error_code error;
  for (std::filesystem::directory_iterator each(directory_of(pid) + "/task", error), end;
       !error && each != end; each.increment(error)) {
    threads.push_back(each->path());
  }
  return threads;
}

/// Seconds in /proc/PID/stat, in ticks there: what the process used, and what those of its children
/// did that have ended and were waited for.
struct StatTimes {
  CpuTime own;
  CpuTime waited_for;
};

StatTimes stat_times(pid_t pid) {
  std::ifstream file(directory_of(pid) + "/stat");
  std::string line;
  std::getline(file, line);
  // The name stands in parentheses and may hold anything; behind it, field 3 comes first (proc(5)).
  const std::size_t name_end = line.rfind(')');
  unsigned long user = 0;
  unsigned long system = 0;
  long child_user = 0;
  long child_system = 0;
  if (name_end == std::string::npos ||
      std::sscanf(line.c_str() + name_end + 1,
                  " %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu %lu %ld %ld", &user, &system,
                  &child_user, &child_system) != 4) {
    return {};
  }
  const double tick = 1.0 / static_cast<double>(::sysconf(_SC_CLK_TCK));
  return {{static_cast<double>(user) * tick, static_cast<double>(system) * tick},
          {static_cast<double>(child_user) * tick, static_cast<double>(child_system) * tick}};
}

/// Seconds of the process's CPU clock; -1 when it has ended.
double clock_seconds(pid_t pid) {
  clockid_t clock = 0;
  timespec used{};
  if (::clock_getcpuclockid(pid, &clock) != 0 || ::clock_gettime(clock, &used) != 0) return -1;
  return static_cast<double>(used.tv_sec) + static_cast<double>(used.tv_nsec) * 1e-9;
}

void add_switches(const std::filesystem::path& thread, TreeUsage& usage) {
  std::ifstream file(thread / "status");
  if (!file) return;
  usage.threads.push_back(std::stoi(thread.filename()));
  for (std::string line; std::getline(file, line);) {
    long long count = 0;
    if (std::sscanf(line.c_str(), "voluntary_ctxt_switches: %lld", &count) == 1)
      usage.voluntary_switches += count;
    if (std::sscanf(line.c_str(), "nonvoluntary_ctxt_switches: %lld", &count) == 1)
      usage.involuntary_switches += count;
  }
}

/// Of its children that ended and were waited for.
void add_waited_for(const StatTimes& times, TreeUsage& usage) {
  usage.ticks += times.waited_for;
  usage.seconds += times.waited_for.total();
}

void add_own(pid_t pid, const StatTimes& times, TreeUsage& usage) {
  const double seconds = clock_seconds(pid);
  if (seconds >= 0) usage.seconds += seconds;
  usage.ticks += times.own;
  const std::vector<std::filesystem::path> threads = threads_of(pid);
  if (threads.empty() && seconds >= 0) usage.switches_known = false;
  for (const std::filesystem::path& thread : threads) add_switches(thread, usage);
}

}  // namespace

std::optional<std::int64_t> memory_of(pid_t pid, const std::string& field) {
  std::ifstream status(pid == 0 ? "/proc/self/status" : directory_of(pid) + "/status");
  for (std::string name; status >> name; status.ignore(1 << 10, '\n')) {
    std::int64_t kib = 0;
    if (name == field + ":" && status >> kib) return kib << 10;
  }
  return std::nullopt;
}

std::optional<std::int64_t> memory_below(pid_t root, Memory which) {
  std::optional<std::int64_t> all;
  for (const pid_t pid : processes_below(root)) {
    const std::optional<std::int64_t> own =
        memory_of(pid, which == Memory::now ? "RssAnon" : "VmHWM");
    if (!own) continue;
    const std::int64_t files = which == Memory::now ? 0 : memory_of(pid, "RssFile").value_or(0);
    all = all.value_or(0) + std::max<std::int64_t>(0, *own - files);
  }
  return all;
}

std::vector<pid_t> processes_below(pid_t root) {
  std::vector<pid_t> found;
  const auto add_children = [&](pid_t parent) {
    for (const std::filesystem::path& thread : threads_of(parent)) {
      std::ifstream children(thread / "children");
      for (pid_t child = 0; children >> child;) found.push_back(child);
    }
  };
  add_children(root);
  for (std::size_t next = 0; next < found.size(); ++next) add_children(found[next]);
  return found;
}

CpuTime cpu_between(const TreeUsage& earlier, const TreeUsage& later) {
  const double seconds = std::max(0.0, later.seconds - earlier.seconds);
  const double user = later.ticks.user - earlier.ticks.user;
  const double sum = user + later.ticks.system - earlier.ticks.system;
  const double share = sum > 0 ? std::clamp(user / sum, 0.0, 1.0) : 0;
  return {seconds * share, seconds * (1 - share)};
}

std::optional<Switches> switches_between(const TreeUsage& earlier, const TreeUsage& later) {
  if (!earlier.switches_known || !later.switches_known ||
      !std::includes(later.threads.begin(), later.threads.end(), earlier.threads.begin(),
                     earlier.threads.end())) {
    return std::nullopt;
  }
  return Switches{later.voluntary_switches - earlier.voluntary_switches,
                  later.involuntary_switches - earlier.involuntary_switches};
}

TreeUsage usage_of(pid_t pid) {
  TreeUsage usage;
  add_own(pid, stat_times(pid), usage);
  std::sort(usage.threads.begin(), usage.threads.end());
  return usage;
}

TreeUsage usage_below(pid_t root) {
  TreeUsage usage;
  add_waited_for(stat_times(root), usage);
  for (const pid_t pid : processes_below(root)) {
    const StatTimes times = stat_times(pid);
    add_own(pid, times, usage);
    add_waited_for(times, usage);
  }
  std::sort(usage.threads.begin(), usage.threads.end());
  return usage;
}

std::size_t open_descriptors() {
  std::error_code error;
  const std::filesystem::directory_iterator all("/proc/self/fd", error);
  if (!error) return static_cast<std::size_t>(std::distance(begin(all), end(all)));
  rlimit limit{};
  ::getrlimit(RLIMIT_NOFILE, &limit);
  std::size_t count = 0;
  for (rlim_t fd = 0; fd < limit.rlim_cur; ++fd)
    count += ::fcntl(static_cast<int>(fd), F_GETFD) >= 0 ? 1 : 0;
  return count;
}

}  // namespace splicebench
