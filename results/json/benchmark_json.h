#pragma once

// Google Benchmark's JSON, any program's, and this program's own, which is a superset of it. Read
// as a stream: memory holds one entry of `benchmarks` at a time, whatever the size of the file.

#include <string>

#include "results/compare/record.h"
#include "results/files/input.h"

namespace splicebench {

/// Reads all of `window`. One record per entry of `benchmarks` that is a measured repetition:
/// aggregates are left aside, entries with an error are left out with a message.
///
/// Units: of our own entries those of metrics_of(); of others real_time is sec/op, cpu_time
/// cpu-sec/op (converted from time_unit), bytes_per_second B/s, items_per_second items/s,
/// allocs_per_iter allocs/op, and every other counter its own name. The label is a setting outside
/// .config.
///
/// Throws UsageError with the position for what is no JSON, is cut off, holds no `benchmarks`, or
/// has an entry that no benchmark writes.
ReadReport read_benchmark_json(Window& window, const std::string& name, RecordSink& sink);

}  // namespace splicebench
