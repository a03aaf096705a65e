#include "harness/machine/placement.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "harness/system/sys.h"
#include "results/files/error.h"

namespace splicebench {

namespace {

cpu_set_t set_of(const std::vector<int>& cpus) {
  cpu_set_t set{};
  for (const int cpu : cpus) CPU_SET(static_cast<std::size_t>(cpu), &set);
  return set;
}

void require(const std::string& name, std::size_t needed, std::size_t there) {
  if (there >= needed) return;
  throw UsageError(
      fmt::format("--placement: {} needs {} CPUs and this process may use {}; choose none or auto",
                  name, needed, there));
}

void spread(Placement& placement, const std::vector<int>& cpus) {
  const std::size_t n = cpus.size();
  // The first CPU takes most interrupts: the peers get the first ones, the relay the last.
  placement.writer = set_of({cpus[n - 3]});
  placement.reader = set_of({cpus[n - 2]});
  placement.relay = set_of({cpus[n - 1]});
  placement.peers_share = false;
  placement.text = fmt::format("spread: writer on CPU {}, relay on CPU {}, reader on CPU {}",
                               cpus[n - 3], cpus[n - 1], cpus[n - 2]);
}

void split(Placement& placement, const std::vector<int>& cpus) {
  const std::vector<int> rest(cpus.begin(), cpus.end() - 1);
  placement.writer = set_of(rest);
  placement.reader = set_of(rest);
  placement.relay = set_of({cpus.back()});
  placement.text = fmt::format("split: relay on CPU {}, writer and reader share CPU {}",
                               cpus.back(), fmt::join(rest, ","));
}

}  // namespace

Placement place(const std::string& name, const std::vector<int>& cpus) {
  Placement placement;
  placement.name = name;
  std::string kind = name;
  if (name == "auto") kind = cpus.size() >= 4 ? "spread" : cpus.size() >= 2 ? "split" : "none";
  if (kind == "spread") {
    require(name, 3, cpus.size());
    spread(placement, cpus);
  } else if (kind == "split") {
    require(name, 2, cpus.size());
    split(placement, cpus);
  } else if (kind == "none") {
    placement.text = "none: left to the scheduler";
  } else {
    throw UsageError(fmt::format(
        "--placement: there is no placement '{}'; choose from: auto, spread, split, none", name));
  }
  return placement;
}

std::vector<int> allowed_cpus() {
  cpu_set_t set{};
  check(::sched_getaffinity(0, sizeof set, &set), "sched_getaffinity of", "this process");
  std::vector<int> cpus;
  for (int cpu = 0; cpu < CPU_SETSIZE; ++cpu) {
    if (CPU_ISSET(static_cast<std::size_t>(cpu), &set)) cpus.push_back(cpu);
  }
  return cpus;
}

}  // namespace splicebench
