#pragma once

#include "results/compare/comparison.h"

namespace splicebench {

/// Judges all of `comparison` that is of runs apart: the cases of a unit in a column together.
/// Fills in what SampleComparison and ColumnShift say of them.
void judge_columns(Comparison& comparison);

}  // namespace splicebench
