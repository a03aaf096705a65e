#pragma once

// The conditions of a result as they were applied.

#include <nlohmann/json.hpp>
#include <vector>

#include "results/model/model.h"

namespace splicebench {

nlohmann::ordered_json conditions_to_json(const std::vector<AppliedCondition>& conditions);
/// Fills in result.conditions from the object that has options, environment and `conditions`; where
/// it is older and has none, those of all rows from what it tells of the run, as far as it does.
void read_conditions(const nlohmann::json& object, Result& result);

}  // namespace splicebench
