#pragma once

#include <cstdint>
#include <string>

#include "results/model/model.h"

namespace splicebench {

/// What a ping of the cases of `result` will do: lines.
std::string plan_text(const Result& result);

/// A line for the round that is just over, the `rounds`th; above the first one what its figures
/// are.
std::string round_text(const Result& result, std::int64_t rounds);

}  // namespace splicebench
