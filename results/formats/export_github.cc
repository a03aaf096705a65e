// https://github.com/benchmark-action/github-action-benchmark, its custom tools.

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "results/files/error.h"
#include "results/formats/export.h"

namespace splicebench {

std::string to_github_action_benchmark(const std::vector<Point>& points) {
  nlohmann::ordered_json file = nlohmann::ordered_json::array();
  for (const Point& point : points) {
    if (point.metric->better != points.front().metric->better) {
      throw UsageError(
          fmt::format("--format github-action-benchmark: which way is better holds for a whole "
                      "file of it; name one, as --metric {} (customBiggerIsBetter) or --metric {} "
                      "(customSmallerIsBetter)",
                      points.front().metric->name, point.metric->name));
    }
    file.push_back({{"name", fmt::format("{} - {}", point.label(), point.metric->name)},
                    {"unit", point.metric->unit},
                    {"value", point.summary.centre},
                    {"range", "± " + format_interval(point.summary)},
                    {"extra", fmt::format("n={}", point.summary.n)}});
  }
  return file.dump(1, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n";
}

}  // namespace splicebench
