#include "harness/ping/ping_placement.h"

#include <fmt/format.h>

#include "results/files/error.h"

namespace splicebench {

namespace {

std::size_t cpus_needed(const std::string& name) {
  if (name == "spread") return 3;
  return name == "split" || name == "apart" ? 2 : 1;
}

std::string words_of(const PingPlacement& placement, const std::string& kind) {
  if (kind == "none") return "none: left to the scheduler";
  if (kind == "same")
    return fmt::format("same: client, relay and server share CPU {}", placement.client);
  if (kind == "split") {
    return fmt::format("split: relay on CPU {}, client and server share CPU {}", placement.relay,
                       placement.client);
  }
  if (kind == "apart") {
    return fmt::format("apart: client on CPU {}, relay and server share CPU {}", placement.client,
                       placement.relay);
  }
  return fmt::format("spread: client on CPU {}, relay on CPU {}, server on CPU {}",
                     placement.client, placement.relay, placement.server);
}

}  // namespace

int PingPlacement::cross_wakeups() const {
  if (client < 0) return -1;
  return (client != relay ? 2 : 0) + (relay != server ? 2 : 0);
}

Sharing PingPlacement::sharing() const {
  if (client < 0) return {};
  return {client == server, client == relay, relay == server};
}

PingPlacement place_ping(const std::string& name, const std::vector<int>& cpus) {
  const std::size_t n = cpus.size();
  std::string kind = name;
  if (name == "auto") kind = n >= 4 ? "spread" : n >= 2 ? "split" : "same";
  if (kind != "spread" && kind != "split" && kind != "apart" && kind != "same" && kind != "none") {
    throw UsageError(fmt::format(
        "--placement: there is no placement '{}'; choose from: auto, spread, split, apart, same, "
        "none",
        name));
  }
  if (n < cpus_needed(kind)) {
    throw UsageError(
        fmt::format("--placement: {} needs {} CPUs and this process may use {}; choose none or "
                    "auto",
                    name, cpus_needed(kind), n));
  }
  PingPlacement placement;
  placement.name = kind;
  if (kind != "none") {
    // The first CPU takes most interrupts: the relay gets the last.
    const int last = cpus[n - 1];
    const int before = n > 1 ? cpus[n - 2] : last;
    placement.relay = last;
    placement.client = kind == "same" ? last : before;
    placement.server = kind == "split" ? before : kind == "spread" ? cpus[n - 3] : last;
    if (n > 1) placement.other = placement.client == last ? before : last;
  }
  placement.text = words_of(placement, kind);
  return placement;
}

cpu_set_t set_of_cpu(int cpu) {
  cpu_set_t set{};
  if (cpu >= 0) CPU_SET(static_cast<std::size_t>(cpu), &set);
  return set;
}

}  // namespace splicebench
