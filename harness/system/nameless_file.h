#pragma once

#include <string>

#include "results/files/fd.h"

namespace splicebench {

/// A file in `directory` that has no name (O_TMPFILE, or made and unlinked where the file system
/// has none), so that nothing is left behind whoever dies. Throws std::system_error.
Fd nameless_file(const std::string& directory);

}  // namespace splicebench
