// https://prometheus.io/docs/instrumenting/exposition_formats/

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "results/formats/export.h"
#include "results/text/line.h"

namespace splicebench {

namespace {

std::string label_value(const std::string& text) {
  std::string escaped;
  for (const char c : one_line(text)) {
    if (c == '\\' || c == '"') escaped += '\\';
    escaped += c;
  }
  return escaped;
}

}  // namespace

std::string to_prometheus(const std::vector<Point>& points) {
  std::string text;
  const Tracked* last = nullptr;
  for (const Point& point : points) {
    if (std::exchange(last, point.metric) != point.metric) {
      text += fmt::format("# HELP {0} {1} of a case, {2} is better\n# TYPE {0} gauge\n",
                          point.metric->series, point.metric->name,
                          point.metric->better == Better::kHigher ? "higher" : "lower");
    }
    std::string labels =
        fmt::format("case=\"{}\",path=\"{}\",chunk=\"{}\",mode=\"{}\"", label_value(point.name),
                    label_value(point.id.path), point.id.chunk, label_value(point.id.mode));
    for (const ConditionInfo& info : kConditions) {
      std::string name = info.name;
      std::replace(name.begin(), name.end(), '-', '_');  // no label has a dash
      const std::string& value = point.id.conditions[info.kind].value;
      if (!value.empty()) labels += fmt::format(",{}=\"{}\"", name, label_value(value));
    }
    if (!point.state.empty()) labels += fmt::format(",state=\"{}\"", point.state);
    for (const auto& [stat, value] :
         {std::pair("median", point.summary.centre), std::pair("low", point.summary.low),
          std::pair("high", point.summary.high)}) {
      if (std::isfinite(value))
        text += fmt::format("{}{{{},stat=\"{}\"}} {}\n", point.metric->series, labels, stat, value);
    }
  }
  return text;
}

}  // namespace splicebench
