#pragma once

#include <string>

#include "results/files/fd.h"

namespace splicebench {

/// Memory that a child writes to and this process reads: unlike a pipe it takes any amount while
/// nobody reads, and it has no name to leave behind. Throws std::system_error.
Fd memory_file(const char* name);

/// All of a file, from its begin; where others write on it is not changed. Throws
/// std::system_error.
std::string content_of(const Fd& file);

}  // namespace splicebench
