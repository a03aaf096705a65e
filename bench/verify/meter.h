#pragma once

// What a transfer takes of CPU time and memory.

#include <ctime>

#include <cstdint>

namespace splicebench {

/// Of the whole process, or of the calling thread.
double cpu_seconds(clockid_t whose);

/// Peak resident size since it was last forgotten, without pages of files (the program itself, of
/// which a process touches more as it goes on), bytes; -1: this kernel does not tell.
std::int64_t peak_memory();
void forget_peak_memory();

}  // namespace splicebench
