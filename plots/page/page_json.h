#pragma once

// What the script of the HTML page draws and lists, as JSON.

#include <string>
#include <vector>

#include "plots/data/chart.h"
#include "results/model/model.h"

namespace splicebench {

/// The charts and the samples of `result` as one JSON object that may stand inside an HTML script
/// element: ASCII, and without '<', '>' and '&', so that no text of a result can end the element or
/// open a comment. Figures have six digits; what is not finite is null.
///
/// Samples name path, chunk and mode by their place in `paths`, `sizes` and `modes`, in base units.
/// A point is [x, y, value, range, count] and, as far as they are not "filled", none and none,
/// mark, [low, high], layers, and of a state its share. A mark is named as PointMark is.
std::string page_json(const std::vector<Chart>& charts, const Result& result,
                      const std::vector<ChartMode>& modes);

}  // namespace splicebench
