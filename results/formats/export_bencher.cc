// https://bencher.dev/docs/reference/bencher-metric-format/

#include <cmath>
#include <nlohmann/json.hpp>

#include "results/formats/export.h"

namespace splicebench {

std::string to_bencher(const std::vector<Point>& points) {
  nlohmann::ordered_json file = nlohmann::ordered_json::object();
  for (const Point& point : points) {
    nlohmann::ordered_json& measure = file[point.label()][point.metric->name];
    measure["value"] = point.summary.centre;
    if (std::isfinite(point.summary.low)) measure["lower_value"] = point.summary.low;
    if (std::isfinite(point.summary.high)) measure["upper_value"] = point.summary.high;
  }
  return file.dump(1, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n";
}

}  // namespace splicebench
