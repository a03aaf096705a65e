#pragma once

// The result file: Google Benchmark's JSON (schema version 1) with a `splicebench` object beside
// it. result.schema.json describes it.

#include <string>

#include "results/model.h"

namespace splicebench {

/// Version of the `splicebench` object; a file of another version is refused.
inline constexpr int kResultSchemaVersion = 1;

/// The whole file as text. Never contains NaN or Infinity: what is not finite is left out or null.
std::string to_json(const Result& result);

/// Reads a result file. Throws UsageError (one sentence with the file's name) when it cannot be
/// opened, is no JSON, is no splicebench result, or is of another schema version.
Result read_result(const std::string& path);

/// The same from text; `name` stands for it in errors.
Result parse_result(const std::string& text, const std::string& name);

/// Writes `text` to `path` through a temporary file in the same directory, synced and renamed, so
/// that `path` holds either what it held or all of `text`. The temporary is made with O_EXCL |
/// O_NOFOLLOW and the user's umask. Throws std::system_error with operation and path; leaves no
/// temporary behind.
void write_file_atomically(const std::string& path, const std::string& text);

}  // namespace splicebench
