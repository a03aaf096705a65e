#include "results/model/hosts/host_facts_text.h"

#include <fmt/format.h>

namespace splicebench {

std::vector<NamedFact> named_facts(const HostFacts& host) {
  return {{"place", host.place},
          {"machine", host.host},
          {"kernel", host.kernel},
          {"CPU", host.cpu_model},
          {"CPUs", host.cpus > 0 ? std::to_string(host.cpus) : ""},
          {"placement", host.placement},
          {"address", host.address},
          {"device", host.nic},
          {"MTU", host.mtu ? std::to_string(*host.mtu) : ""},
          {"offloads", host.offloads},
          {"qdisc", host.qdisc},
          {"default congestion control", host.congestion},
          {"clock", host.clock_source}};
}

std::vector<std::string> host_facts_texts(const HostFacts& host) {
  std::vector<std::string> texts;
  for (const NamedFact& fact : named_facts(host)) {
    if (fact.value.empty()) continue;
    const std::string name = fact.name;
    // What says itself what it is.
    const bool bare = name == "place" || name == "machine" || name == "kernel" || name == "CPU";
    texts.push_back(bare ? fact.value : fmt::format("{} {}", name, fact.value));
  }
  return texts;
}

}  // namespace splicebench
