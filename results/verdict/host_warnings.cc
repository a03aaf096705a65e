#include <fmt/format.h>

#include <algorithm>

#include "results/model/hosts/host_names.h"
#include "results/stats/hosts/host_figures.h"
#include "results/text/line.h"
#include "results/verdict/warnings.h"

namespace splicebench {

namespace {

constexpr double kStealShare = 0.01;  ///< of busy and stolen time

void strangers(const std::vector<HostFigures>& all, std::vector<Warning>& warnings) {
  std::int64_t count = 0;
  for (const HostFigures& one : all) count += one.strangers;
  if (count > 0) warnings.push_back(strangers_warning(count));
}

void control_path(const std::vector<HostFigures>& all, std::vector<Warning>& warnings) {
  std::int64_t far = 0;
  std::int64_t samples = 0;
  double worst = 0;
  std::string which;
  for (const HostFigures& one : all) {
    far += one.far;
    samples += one.samples;
    if (one.worst_off <= worst) continue;
    worst = one.worst_off;
    which = one.id.name();
  }
  if (far == 0) return;
  warnings.push_back(
      {"control-path",
       fmt::format("{} of {} samples may be too long by more than {:g}%, at worst {:.2g}%, of {}: "
                   "so long the reader's confirmation was on its way",
                   far, samples, 100 * kMostOff, 100 * worst, which),
       "longer samples make it small: give --min-time, or a longer --timeout, of which they take a "
       "quarter at most by themselves"});
}

/// On hosts other than the relay's, of which the warning of every result tells.
void steal_elsewhere(const Result& result, std::vector<Warning>& warnings) {
  for (const Role role : {Role::writer, Role::reader}) {
    double stolen = 0;
    double all = 0;
    for (const CaseResult& one : result.cases) {
      for (const Sample& sample : one.samples) {
        const std::optional<SystemTimes>& times = sample.hosts.usage[role];
        if (!sample.error.empty() || !times) continue;
        stolen += times->steal;
        all += times->busy + times->steal;
      }
    }
    const HostFacts* const host = host_of(result, role);
    if (host == nullptr || all <= 0 || stolen / all < kStealShare) continue;
    const char* const name = kRoles[static_cast<std::size_t>(role)].name;
    warnings.push_back(
        {fmt::format("steal-{}", name),
         fmt::format("the hypervisor took {:.1f}% of the CPU time of the {}'s host, {}, during the "
                     "samples",
                     100 * stolen / all, name, one_line(host->place)),
         "measure when that host is quiet, or take another for it"});
  }
}

}  // namespace

Warning strangers_warning(std::int64_t count) {
  const char* const were = count == 1 ? "was" : "were";
  return {
      "strangers",
      fmt::format("{} came to the run's listeners that {} not of it, and {} closed unread",
                  counted(count, "connection"), were, were),
      "find out who connects there (ss -tnp on that host), or give addresses of a net of your own "
      "with --addr"};
}

std::vector<Warning> host_warnings(const Result& result) {
  std::vector<Warning> warnings;
  const std::vector<HostFigures> all = host_figures(result);
  strangers(all, warnings);
  control_path(all, warnings);
  steal_elsewhere(result, warnings);
  return warnings;
}

}  // namespace splicebench
