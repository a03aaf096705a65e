#pragma once

// A Comparison as JSON, for programs; comparison.schema.json describes it.

#include <optional>
#include <string>

#include "results/compare/comparison.h"
#include "results/compare/gate.h"

namespace splicebench {

inline constexpr int kComparisonSchemaVersion = 1;

/// Base units and fractions throughout; what has no value (an infinite interval, a change from 0)
/// is null. `gate` is written when the user set a limit.
std::string comparison_json(const Comparison& comparison, const std::optional<GateReport>& gate,
                            bool strict);

}  // namespace splicebench
