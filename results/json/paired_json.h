#pragma once

// Comparisons of modes within a run as JSON: as they stand in the result file, in the output of
// `compare --paired` and, its figures, of `replicate`.

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "results/stats/paired.h"
#include "results/verdict/recommendation.h"

namespace splicebench {

/// null for what JSON has no number for: NaN and the infinities.
nlohmann::ordered_json json_number(double value);

/// An object of unit, alpha, rounds_needed and rows; `low` 0 and `high` null where there are too
/// few rounds for an interval.
nlohmann::ordered_json paired_table_to_json(const PairedTable& table);

/// What `compare --paired` writes: a file of its own.
std::string paired_json(const std::vector<PairedTable>& tables);

/// The object `verdict` of a result file: answers, map, trust.
nlohmann::ordered_json recommendation_to_json(const Recommendation& recommendation);

}  // namespace splicebench
