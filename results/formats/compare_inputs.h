#pragma once

// The inputs of `compare`: which files, under which labels, in which format.

#include <string>
#include <vector>

#include "results/compare/record.h"
#include "results/compare/table_builder.h"

namespace splicebench {

struct CompareInput {
  std::string label;  ///< of its column
  std::string path;   ///< "-": standard input
};

/// `label=path` or `path`, which is its own label; a path that stands there twice without a label
/// gets #0, #1 behind. Throws UsageError for an empty path and for a second "-".
std::vector<CompareInput> parse_inputs(const std::vector<std::string>& arguments);

/// Reads all inputs and compares them. `notes` gets what was left out of them, for standard error.
/// Throws UsageError when a flag or an input cannot be used, when an input that is not empty holds
/// no result, and when nothing is left to compare.
Comparison compare_inputs(const ComparisonOptions& options, const std::vector<CompareInput>& inputs,
                          std::vector<std::string>& notes);

/// Reads one input, in the format its first bytes show: '{' opens JSON, everything else is Go
/// benchmark text. Throws UsageError.
ReadReport read_input(const CompareInput& input, RecordSink& sink);

}  // namespace splicebench
