#pragma once

#include <string>
#include <vector>

#include "harness/engine/path.h"

namespace splicebench {

/// All there are: sockets first, then files, then null.
const std::vector<PathInfo>& paths();

/// Throws UsageError that lists what there is.
const PathInfo& path_named(const std::string& name);

}  // namespace splicebench
