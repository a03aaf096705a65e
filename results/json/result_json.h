#pragma once

// The result file: Google Benchmark's JSON (schema version 1) with a `splicebench` object beside
// it. result.schema.json describes it.

#include <string>

#include "results/model/model.h"

namespace splicebench {

/// Version of the `splicebench` object; a file of another version is refused.
inline constexpr int kResultSchemaVersion = 1;

/// Throws UsageError with the file's `name` when it is another.
void require_schema_version(double version, const std::string& name);

/// The whole file as text. Never contains NaN or Infinity: what is not finite is left out or null.
std::string to_json(const Result& result);

/// Reads a result file, "-" from standard input. Memory holds the samples and, of all the rest,
/// little. Throws UsageError (one sentence with the file's name, and where it is damaged the place)
/// when it cannot be opened, is no JSON, is no splicebench result, or is of another schema version.
Result read_result(const std::string& path);

/// The same from text; `name` stands for it in errors.
Result parse_result(const std::string& text, const std::string& name);

}  // namespace splicebench
