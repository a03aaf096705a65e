#include "bench/matrix/preflight.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/statvfs.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <map>
#include <optional>
#include <system_error>
#include <tuple>

#include "bench/matrix/conditions.h"
#include "bench/paths/paths.h"
#include "harness/foreign/foreign_link.h"
#include "harness/foreign/relay_command.h"
#include "harness/machine/counters.h"
#include "harness/machine/neighbours.h"
#include "harness/machine/quota.h"
#include "harness/network/sockets.h"
#include "harness/sample/hosted/hosted_ends.h"
#include "harness/system/nameless_file.h"
#include "harness/system/process.h"
#include "results/files/error.h"
#include "results/text/program_name.h"
#include "results/text/size.h"

namespace splicebench {

namespace {

/// Before the run the CPUs are looked at this long: a load average still tells of the build before.
constexpr double kIdleSeconds = 0.2;
/// Share of the CPUs that others may keep busy then; a look is exact to some percent.
constexpr double kBusyMachine = 0.2;

/// Of this process at once: the sockets of a sample, its children's pidfds and the launcher's pipe,
/// with room.
constexpr rlim_t kDescriptors = 96;
/// Beside the sink's own bytes, for the file system's and other programs' needs.
constexpr std::int64_t kSpareBytes = 64 << 20;

/// And for each of many flows: its four ends here, and in a child the relay's two while they are
/// moved to their numbers.
constexpr rlim_t kFlowDescriptors = 6;

/// Raises the limit to what may be had without asking, where it must be.
void check_descriptors(const RunOptions& options) {
  const rlim_t flows = static_cast<rlim_t>(most_of(options, ConditionKind::flows));
  const rlim_t needed = kDescriptors + (flows > 1 ? kFlowDescriptors * flows : 0);
  rlimit limit{};
  ::getrlimit(RLIMIT_NOFILE, &limit);
  if (limit.rlim_cur < needed && limit.rlim_cur < limit.rlim_max) {
    limit.rlim_cur = std::min(std::max(needed, limit.rlim_cur), limit.rlim_max);
    ::setrlimit(RLIMIT_NOFILE, &limit);
  }
  if (limit.rlim_cur >= needed) return;
  if (flows == 1 || limit.rlim_cur < kDescriptors + 2 * kFlowDescriptors) {
    throw UsageError(fmt::format(
        "too few descriptors: RLIMIT_NOFILE is {} and {} are needed; raise it with: ulimit -n 1024",
        limit.rlim_cur, needed));
  }
  throw UsageError(fmt::format(
      "--flows: {} flows need {} descriptors and RLIMIT_NOFILE is {}; raise it as root "
      "with: ulimit -n {}, or ask for at most {}",
      flows, needed, limit.rlim_cur, needed, (limit.rlim_cur - kDescriptors) / kFlowDescriptors));
}

void warn_of_quota(std::vector<Warning>& warnings) {
  const std::optional<double> quota = cpu_quota();
  if (quota) {
    warnings.push_back(
        {"cpu-quota",
         fmt::format("a control group allows {:.2g} CPUs' worth of time, then all of "
                     "the run waits",
                     *quota),
         "measure outside of the container, or without its CPU limit"});
  }
}

Warning load_warning(const std::string& what) {
  return {kLoad, fmt::format("other programs kept {} busy when the run began", what),
          "wait until other work has ended and measure again"};
}

}  // namespace

void warn_of_proc(std::vector<Warning>& warnings) {
  if (SystemClock().read().known) return;
  warnings.push_back({kNoProc,
                      "/proc/stat cannot be read: what the CPUs of the whole machine did is absent",
                      "measure where /proc is mounted and can be read"});
}

void warn_of_load(std::vector<Warning>& warnings) {
  warn_of_proc(warnings);
  warn_of_quota(warnings);
  const std::optional<double> busy = busy_share(kIdleSeconds);
  if (busy && *busy > kBusyMachine)
    warnings.push_back(load_warning(fmt::format("{:.0f}% of the CPUs", 100 * *busy)));
}

void warn_of_load(HostSet& hosts, std::vector<Warning>& warnings) {
  const bool any_here = std::any_of(kRoles.begin(), kRoles.end(), [&](const RoleInfo& info) {
    return !hosts.place(info.role).starts_with("ssh://");
  });
  if (any_here) {
    warn_of_proc(warnings);
    warn_of_quota(warnings);
  }
  std::vector<std::string> shares;
  for (const auto& [place, busy] : hosts.busy_shares(kIdleSeconds)) {
    if (busy > kBusyMachine)
      shares.push_back(fmt::format("{:.0f}% of the CPUs of {}", 100 * busy, place));
  }
  if (!shares.empty()) warnings.push_back(load_warning(fmt::format("{}", fmt::join(shares, ", "))));
}

Warning another_run(const std::vector<pid_t>& neighbours) {
  return {
      kAnotherRun,
      fmt::format("another splicebench (process {}) was measuring on this machine at the same time",
                  fmt::join(neighbours, ", ")),
      fmt::format("measure again when it is done; flock(1) keeps runs apart: flock "
                  "/tmp/splicebench.lock {} run",
                  program_name())};
}

void check_loopback() {
  try {
    tcp_pair();
  } catch (const std::system_error& error) {
    throw UsageError(fmt::format("no TCP over loopback ({}); bring it up with: ip link set lo up",
                                 error.what()));
  }
}

void check_file_dir(const std::string& directory, std::int64_t file_bytes, int files) {
  struct stat status {};
  if (::stat(directory.c_str(), &status) != 0) {
    throw UsageError(fmt::format("--file-dir: {}: {}; name a directory that exists", directory,
                                 std::strerror(errno)));
  }
  if (!S_ISDIR(status.st_mode)) {
    throw UsageError(fmt::format("--file-dir: {} is not a directory; name one", directory));
  }
  try {
    nameless_file(directory);
  } catch (const std::system_error& error) {
    throw UsageError(
        fmt::format("--file-dir: {} cannot be written to: {}; name a directory that can", directory,
                    error.code().message()));
  }
  struct statvfs space {};
  ::statvfs(directory.c_str(), &space);
  const std::int64_t free =
      static_cast<std::int64_t>(space.f_bavail) * static_cast<std::int64_t>(space.f_frsize);
  const std::int64_t needed = files * file_bytes + kSpareBytes;
  if (free < needed) {
    throw UsageError(
        fmt::format("--file-dir: {} has {} MiB free and up to {} MiB are needed; name another "
                    "directory or free some",
                    directory, free >> 20, needed >> 20));
  }
  rlimit size{};
  ::getrlimit(RLIMIT_FSIZE, &size);
  if (size.rlim_cur != RLIM_INFINITY && size.rlim_cur < static_cast<rlim_t>(file_bytes)) {
    throw UsageError(
        fmt::format("files are limited to {} MiB (RLIMIT_FSIZE) and up to {} MiB are needed; lift "
                    "it with: ulimit -f unlimited",
                    size.rlim_cur >> 20, file_bytes >> 20));
  }
}

int files_at_once(const RunOptions& options) {
  bool source = false;
  bool sink = false;
  for (const std::string& path : options.paths) {
    source = source || path_named(path).kinds.source == EndKind::file;
    sink = sink || path_named(path).kinds.sink == EndKind::file;
  }
  return static_cast<int>(source) + static_cast<int>(sink);
}

bool needs_file_dir(const RunOptions& options) { return files_at_once(options) > 0; }

std::vector<Warning> preflight_relays(std::vector<CaseResult>& cases,
                                      const std::vector<RelayCommand>& relays,
                                      const RowSettings& settings) {
  using Trial = std::tuple<std::string, bool, const Hosts*, std::int64_t, std::int64_t>;
  std::map<Trial, bool> tried;
  std::vector<Warning> refused;
  std::erase_if(cases, [&](const CaseResult& one) {
    const RelayCommand* const relay = relay_of(one.id.mode, relays);
    if (relay == nullptr) return false;
    const SampleSetting setting = settings.of(one.id);
    ForeignRelayPlan plan;
    plan.relay = *relay;
    plan.listen_unix = path_named(one.id.path).kinds.source == EndKind::unix_stream;
    plan.guard = setting.programs.guard;
    plan.flows = flows_of(one.id.conditions);
    plan.threads = count_of(one.id.conditions, ConditionKind::relay_threads);
    const auto [trial, fresh] = tried.try_emplace(
        Trial(relay->name, plan.listen_unix, setting.hosts, plan.flows, plan.threads), true);
    if (!fresh) return !trial->second;
    try {
      if (setting.hosts == nullptr) {
        require_start(plan, setting.timeout);
      } else {
        require_start_there(*setting.hosts, {plan.relay, plan.listen_unix, setting.placement.relay,
                                             plan.flows, plan.threads, setting.timeout});
      }
    } catch (const UsageError& error) {
      if (plan.flows == 1) throw;
      trial->second = false;
      refused.push_back({kRelayRefused,
                         fmt::format("{} flows are not measured with {}: {}", plan.flows,
                                     one.id.mode, error.what()),
                         "ask for fewer flows, or give a command that serves as many ({flows}, "
                         "{connections})"});
    }
    return !trial->second;
  });
  if (cases.empty()) throw UsageError(refused.front().text);
  return refused;
}

void require_connections(HostSet& hosts, bool past_relay, double seconds) {
  SampleSetting setting;
  setting.hosts = &hosts;
  setting.timeout = seconds;
  SamplePlan plan;
  plan.path = &path_named("tcp-to-tcp");
  HostedEnds ends(setting);
  std::optional<Cast> cast;
  const auto lost = [&](const RoleInfo& info) { return !hosts.at(info.role).trouble().empty(); };
  try {
    ends.add(plan);
    plan.mode = kDirect;
    if (past_relay) ends.add(plan);
    cast.emplace(ends.listen(plan.path->kinds, {}));
    cast->dismiss();
  } catch (const SampleFailed& failure) {
    const bool is_their_way = !cast && std::none_of(kRoles.begin(), kRoles.end(), lost);
    throw UsageError(
        fmt::format("--hosts: {}{}", failure.what(),
                    is_their_way ? "; see that each host has its address and that TCP gets through "
                                   "to it on any port, or give others with --addr"
                                 : ""));
  }
}

void require_start(const ForeignRelayPlan& plan, double seconds) {
  try {
    ForeignLink(plan, monotonic_seconds() + seconds);
  } catch (const SampleFailed& failure) {
    throw UsageError(fmt::format("--relay: {}", failure.what()));
  }
}

void require_start_there(Hosts& hosts, const RelayWish& wish) {
  try {
    hosts.try_start(wish);
  } catch (const SampleFailed& failure) {
    throw UsageError(fmt::format("--relay: {}", failure.what()));
  }
}

void preflight(const RunOptions& options, std::int64_t file_bytes) {
  check_descriptors(options);
  check_loopback();
  const int files = files_at_once(options);
  if (files > 0) check_file_dir(options.file_dir, file_bytes, files);
}

}  // namespace splicebench
