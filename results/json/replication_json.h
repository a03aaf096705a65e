#pragma once

#include <string>
#include <vector>

#include "results/compare/replicate.h"

namespace splicebench {

/// A replication as JSON, for programs; replication.schema.json describes it.
std::string replication_json(const std::vector<ReplicatedTable>& tables);

}  // namespace splicebench
