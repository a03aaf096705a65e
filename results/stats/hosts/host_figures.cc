#include "results/stats/hosts/host_figures.h"

#include <algorithm>

#include "results/stats/summary.h"

namespace splicebench {

namespace {

/// Not of none.
double median_of(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return median_of_sorted(values);
}

/// Of the role's host in a sample; none: not measured, or that of the relay, whose usage it is.
std::optional<SystemTimes> times_of(const Sample& sample, Role role) {
  if (role != Role::relay) return sample.hosts.usage[role];
  if (!sample.system.known) return std::nullopt;
  return sample.system;
}

std::optional<HostUse> use_of(const CaseResult& one, Role role) {
  std::vector<double> busy;
  std::vector<double> softirq;
  double stolen = 0;
  double all = 0;
  for (const Sample& sample : one.samples) {
    const std::optional<SystemTimes> times = times_of(sample, role);
    if (!sample.error.empty() || !times) continue;
    busy.push_back(sample.per_gb(times->busy));
    softirq.push_back(sample.per_gb(times->softirq));
    stolen += times->steal;
    all += times->busy + times->steal;
  }
  if (busy.empty()) return std::nullopt;
  // In sum: of one sample the steps of 10 ms would be most of it.
  return HostUse{median_of(std::move(busy)), median_of(std::move(softirq)),
                 all > 0 ? std::max(0.0, stolen / all) : 0};
}

HostFigures figures_of_hosts(const CaseResult& one) {
  HostFigures figures;
  figures.id = one.id;
  for (const RoleInfo& info : kRoles) figures.use[info.role] = use_of(one, info.role);
  std::vector<double> off;
  for (const Sample& sample : one.samples) {
    figures.strangers += sample.hosts.strangers.value_or(0);
    if (!sample.error.empty() || !sample.hosts.control_round_trip) continue;
    off.push_back(*sample.hosts.control_round_trip / sample.seconds);
    figures.worst_off = std::max(figures.worst_off, off.back());
    if (off.back() > kMostOff) ++figures.far;
  }
  figures.samples = std::ssize(off);
  if (!off.empty()) figures.off = median_of(std::move(off));
  return figures;
}

}  // namespace

std::vector<HostFigures> host_figures(const Result& result) {
  std::vector<HostFigures> all;
  if (result.hosts.empty()) return all;
  for (const CaseResult& one : result.cases) all.push_back(figures_of_hosts(one));
  return all;
}

}  // namespace splicebench
