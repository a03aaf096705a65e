#include "results/json/facts/hosts_json.h"

#include "results/json/facts/host_fields.h"

namespace splicebench {

void write_hosts(nlohmann::ordered_json& object, const std::vector<HostFacts>& hosts) {
  if (!hosts.empty()) FieldWriter{object}("hosts", hosts);
}

std::vector<HostFacts> read_hosts(const nlohmann::json& object) {
  std::vector<HostFacts> hosts;
  FieldReader{object}.later("hosts", hosts);
  return hosts;
}

}  // namespace splicebench
