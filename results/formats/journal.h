#pragma once

// The journal of a run: one JSON object per line, appended as things happen, so that a run that is
// killed can be resumed. Lines: "header" (options, environment), "iterations" (of a group),
// "granted" (of a case), "sample", "warning" (of the run, as it is seen). A last line without its
// newline was cut off by the kill and does not count.

#include <cstdint>
#include <map>
#include <string>

#include "results/model/model.h"

namespace splicebench {

/// Iterations of every row, by Row::key().
using Iterations = std::map<std::string, std::int64_t>;

/// Lines, each with its newline.
std::string journal_header(const Result& result);
std::string journal_iterations(const std::string& group, std::int64_t iterations);
std::string journal_granted(const CaseResult& result);
std::string journal_sample(const CaseId& id, const Sample& sample);
std::string journal_warning(const Warning& warning);

struct JournalContents {
  Result result;  ///< options, environment, warnings, cases with their samples; not complete
  Iterations iterations;
};

/// Throws UsageError with the line's number when a whole line is not of a journal of this version.
JournalContents parse_journal(const std::string& text, const std::string& name);

}  // namespace splicebench
