#pragma once

#include <nlohmann/json.hpp>

#include "results/verdict/recommendation.h"

namespace splicebench {

/// The object `verdict` of a result file: answers, map, trust.
nlohmann::ordered_json recommendation_to_json(const Recommendation& recommendation);

}  // namespace splicebench
