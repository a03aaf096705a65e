#pragma once

// A sample as the flat object that stands in `benchmarks` and, line by line, in the journal.

#include <nlohmann/json.hpp>

#include "results/model.h"

namespace splicebench {

/// Keys of Google Benchmark's schema first (name, run_type, iterations, real_time in ns ...), then
/// ours.
nlohmann::ordered_json sample_to_json(const CaseId& id, const Sample& sample,
                                      std::int64_t repetitions);

/// The inverse. Throws nlohmann::json::exception on a missing or mistyped key.
CaseId case_id_from_json(const nlohmann::json& entry);
Sample sample_from_json(const nlohmann::json& entry);

nlohmann::ordered_json options_to_json(const RunOptions& options);
RunOptions options_from_json(const nlohmann::json& object);

nlohmann::ordered_json environment_to_json(const Environment& environment);
Environment environment_from_json(const nlohmann::json& object);

}  // namespace splicebench
