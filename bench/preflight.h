#pragma once

#include <cstdint>
#include <string>

#include "results/model.h"

namespace splicebench {

/// What a run would otherwise stumble over in its middle: descriptors, loopback, a writable
/// --file-dir with room for `file_bytes`. Throws UsageError, one sentence.
void preflight(const RunOptions& options, std::int64_t file_bytes);

/// A path of `options` has a real file as its sink.
bool needs_file_dir(const RunOptions& options);

}  // namespace splicebench
