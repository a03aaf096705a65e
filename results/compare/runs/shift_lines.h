#pragma once

#include <string>
#include <vector>

#include "results/compare/comparison.h"

namespace splicebench {

/// What all rows of results of splicebench did together, and what could have been told of them, a
/// line for each unit; none where other results are compared. Stands below the tables.
std::vector<std::string> shift_lines(const Comparison& comparison);

}  // namespace splicebench
