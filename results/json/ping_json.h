#pragma once

// Round trips in the result file: an entry of `benchmarks` for every block, and the `ping` object
// beside `cases`. Only files of results/ include it.

#include <nlohmann/json.hpp>

#include "results/json/stream/flat_object.h"
#include "results/model/model.h"
#include "results/verdict/ping_figures.h"

namespace splicebench {

/// An entry of `benchmarks`. real_time is the mean round trip; `latency_ns` and `latency_counts`
/// are the histogram's buckets (lower end, count), so that files can be merged. The figures of
/// metrics_of() stand beside them under their units.
nlohmann::ordered_json ping_block_to_json(const CaseId& id, const PingBlock& block,
                                          std::int64_t repetitions);
bool is_ping_block(ObjectView entry);
/// Throws nlohmann::json::exception or UsageError.
PingBlock ping_block_from_json(ObjectView entry);

/// What metrics_of() said of the block, from the flat fields of its entry alone.
std::vector<Metric> ping_metrics_from_json(ObjectView entry);

/// The `ping` object: options, cases with percentiles of all their blocks, paired comparisons.
nlohmann::ordered_json ping_to_json(const Result& result);
/// Without blocks, which stand in `benchmarks`. Throws nlohmann::json::exception.
PingRun ping_from_json(const nlohmann::json& object);

}  // namespace splicebench
