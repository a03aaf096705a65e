#include "harness/machine/placement.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <array>

#include "harness/system/sys.h"
#include "results/files/error.h"

namespace splicebench {

namespace {

cpu_set_t set_of(const std::vector<int>& cpus) {
  cpu_set_t set{};
  for (const int cpu : cpus) CPU_SET(static_cast<std::size_t>(cpu), &set);
  return set;
}

struct Kind {
  const char* name;
  std::size_t cpus;  ///< it needs
  void (*apply)(Placement& placement, const std::vector<int>& cpus);
};

// The first CPU takes most interrupts: the relay gets the last one.

void writer_with_relay(Placement& placement, const std::vector<int>& cpus) {
  const int shared = cpus.back();
  const int other = cpus[cpus.size() - 2];
  placement.writer = placement.relay = set_of({shared});
  placement.sharing.writer = true;
  placement.reader = set_of({other});
  placement.text = fmt::format("writer and relay share CPU {}, reader on CPU {}", shared, other);
}

void relay_with_reader(Placement& placement, const std::vector<int>& cpus) {
  const int shared = cpus.back();
  const int other = cpus[cpus.size() - 2];
  placement.relay = placement.reader = set_of({shared});
  placement.sharing.reader = true;
  placement.writer = set_of({other});
  placement.text = fmt::format("relay and reader share CPU {}, writer on CPU {}", shared, other);
}

void relay_alone(Placement& placement, const std::vector<int>& cpus) {
  const std::vector<int> rest(cpus.begin(), cpus.end() - 1);
  placement.writer = placement.reader = set_of(rest);
  placement.relay = set_of({cpus.back()});
  placement.sharing.peers = rest.size() == 1;
  placement.text = fmt::format("relay on CPU {}, writer and reader share CPU {}", cpus.back(),
                               fmt::join(rest, ","));
}

void all_on_one(Placement& placement, const std::vector<int>& cpus) {
  placement.writer = placement.relay = placement.reader = set_of({cpus.back()});
  placement.sharing = {true, true, true};
  placement.text = fmt::format("writer, relay and reader share CPU {}", cpus.back());
}

void one_each(Placement& placement, const std::vector<int>& cpus) {
  const std::size_t n = cpus.size();
  placement.writer = set_of({cpus[n - 3]});
  placement.reader = set_of({cpus[n - 2]});
  placement.relay = set_of({cpus[n - 1]});
  placement.text = fmt::format("writer on CPU {}, relay on CPU {}, reader on CPU {}", cpus[n - 3],
                               cpus[n - 1], cpus[n - 2]);
}

void anywhere(Placement& placement, const std::vector<int>&) {
  placement.text = "left to the scheduler";
}

constexpr std::array<Kind, 6> kKinds{{{"writer+relay", 2, writer_with_relay},
                                      {"relay+reader", 2, relay_with_reader},
                                      {"alone", 2, relay_alone},
                                      {"same", 1, all_on_one},
                                      {"spread", 3, one_each},
                                      {"none", 1, anywhere}}};

}  // namespace

std::string auto_placement(std::size_t cpus) {
  return cpus >= 4 ? "spread" : cpus >= 2 ? "writer+relay" : "none";
}

Placement place(const std::string& name, const std::vector<int>& cpus) {
  const std::string wanted = name == "auto"    ? auto_placement(cpus.size())
                             : name == "split" ? "alone"
                                               : name;
  std::string known = "auto";
  for (const Kind& kind : kKinds) {
    known += fmt::format(", {}", kind.name);
    if (wanted != kind.name) continue;
    if (cpus.size() < kind.cpus) {
      throw UsageError(fmt::format(
          "--placement: {} needs {} CPUs and this process may use {}; choose same, none or auto",
          name, kind.cpus, cpus.size()));
    }
    Placement placement;
    placement.name = wanted;
    kind.apply(placement, cpus);
    placement.text = fmt::format("{}: {}", wanted, placement.text);
    return placement;
  }
  throw UsageError(
      fmt::format("--placement: there is no placement '{}'; choose from: {}", name, known));
}

std::string placement_on(const PathKinds& path, const std::string& name,
                         const std::vector<int>& cpus) {
  const std::string wanted = place(name, cpus).name;
  const bool both = path.has_writer() && path.has_reader();
  if (both || wanted == "none" || cpus.size() == 1) return wanted;
  const char* const together = path.has_writer() ? "writer+relay" : "relay+reader";
  const bool shares =
      wanted == together || wanted == "same" || (name == "auto" && wanted == "writer+relay");
  return shares ? together : "alone";
}

cpu_set_t cpus_beside(const cpu_set_t& one, const cpu_set_t& other, const std::vector<int>& cpus) {
  cpu_set_t left{};
  if (CPU_COUNT(&one) == 0 || CPU_COUNT(&other) == 0) return left;
  for (const int cpu : cpus) {
    if (!CPU_ISSET(cpu, &one) && !CPU_ISSET(cpu, &other)) CPU_SET(cpu, &left);
  }
  return left;
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
