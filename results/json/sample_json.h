#pragma once

// A sample as the flat object that stands in `benchmarks` and, line by line, in the journal.

#include <nlohmann/json.hpp>

#include "results/json/stream/flat_object.h"
#include "results/model/model.h"

namespace splicebench {

/// What every entry of `benchmarks` begins with, of samples and of blocks of round trips alike.
struct EntryHead {
  std::string name;
  const CaseId& id;
  std::int64_t repetitions = 0;
  std::int64_t round = 0;
  std::int64_t sequence = 0;
  double start = 0;             ///< seconds since the run began
  std::string error;            ///< empty: there is none
  std::int64_t iterations = 1;  ///< operations
  double seconds_per_op = 0;    ///< 0 where there is an error
  double cpu_per_op = 0;        ///< seconds of the relay; 0 where there is an error
};

/// Keys of Google Benchmark's schema first (name, run_type, iterations, real_time in ns ...), then
/// ours.
nlohmann::ordered_json entry_with(const EntryHead& head);

/// The head, then what was measured, where there is no error.
nlohmann::ordered_json sample_to_json(const CaseId& id, const Sample& sample,
                                      std::int64_t repetitions);

/// Throws where the times of the head, which follow from others, are none that a run could write.
void require_times(ObjectView entry);

/// Path, chunk, mode and conditions.
void write_id(nlohmann::ordered_json& object, const CaseId& id);

/// The inverse. Which conditions are usual its `name` tells. Throw nlohmann::json::exception on a
/// missing or mistyped key, UsageError on a figure that makes no sense.
CaseId case_id_from_json(ObjectView entry);
Sample sample_from_json(ObjectView entry);

nlohmann::ordered_json options_to_json(const RunOptions& options);
RunOptions options_from_json(const nlohmann::json& object);

nlohmann::ordered_json environment_to_json(const Environment& environment);
Environment environment_from_json(const nlohmann::json& object);

nlohmann::ordered_json warning_to_json(const Warning& warning);
Warning warning_from_json(const nlohmann::json& object);

}  // namespace splicebench
