#pragma once

#include <string>
#include <vector>

#include "results/compare/replicate.h"

namespace splicebench {

/// A replication as tables, each below what was published and above what follows from it.
std::string replication_text(const std::vector<ReplicatedTable>& tables);
std::string replication_markdown(const std::vector<ReplicatedTable>& tables);
std::string replication_csv(const std::vector<ReplicatedTable>& tables);

}  // namespace splicebench
