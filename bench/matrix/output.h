#pragma once

// What the measuring subcommands share at their edges.

#include <string>

#include "results/model/model.h"

namespace splicebench {

// Exit statuses (design: 2 is thrown as UsageError).
inline constexpr int kDone = 0;
inline constexpr int kFailed = 3;
inline constexpr int kInterrupted = 130;

/// "splicebench-20260131T120000Z.json", of now.
std::string default_out();

/// What a run prints of the result that is in `file`: as --format has it; of "table" the first
/// screen, with `details` the tables of all cases, too.
std::string text_of(const Result& result, const std::string& format, const std::string& file,
                    bool details);

}  // namespace splicebench
