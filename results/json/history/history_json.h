#pragma once

// A history as JSON, for programs; history.schema.json describes it.

#include <string>

#include "results/verdict/history/history.h"

namespace splicebench {

inline constexpr int kHistorySchemaVersion = 1;

/// Base units and ratios throughout; an interval that is infinite has null for an end.
std::string history_json(const History& history);

}  // namespace splicebench
