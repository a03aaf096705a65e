#pragma once

#include <string>
#include <vector>

#include "harness/engine/path.h"

namespace splicebench {

/// All there are: sockets first, then files, then null; within these by name.
const std::vector<PathInfo>& paths();

/// Throws UsageError that lists what there is.
const PathInfo& path_named(const std::string& name);

/// A file in `directory` that has no name (O_TMPFILE, or made and unlinked where the file system
/// has none), so that nothing is left behind whoever dies. Throws std::system_error.
Fd nameless_file(const std::string& directory);

}  // namespace splicebench
