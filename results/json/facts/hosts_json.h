#pragma once

// The hosts of a result, as they stand in the result file and the journal. Only files of results/
// include it.

#include <nlohmann/json.hpp>
#include <vector>

#include "results/model/model.h"

namespace splicebench {

/// In the context of a file: hosts_text(), for compare, which reads no further than the entries.
inline constexpr const char* kHostsKey = "hosts";

/// Puts "hosts" into `object`; nothing where all was on one machine.
void write_hosts(nlohmann::ordered_json& object, const std::vector<HostFacts>& hosts);

/// The inverse. Throws nlohmann::json::exception or UsageError.
std::vector<HostFacts> read_hosts(const nlohmann::json& object);

}  // namespace splicebench
