#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "results/model/model.h"

namespace splicebench {

/// A figure of a sample under the unit it is exported and compared by.
struct Metric {
  std::string unit;  ///< Go benchmark unit, e.g. "sec/op", "B/s", "relay-cpu-sec/GB"
  double value = 0;  ///< base units
};

/// All figures of a sample without error, in the order of the exports; what was not measured is
/// absent. GB is 10^9 bytes delivered.
std::vector<Metric> metrics_of(const Sample& sample);

/// That of one unit; absent where it was not measured.
std::optional<double> metric_of(const Sample& sample, std::string_view unit);

/// The values of one unit over the good samples of a case, in run order; empty when there are none.
std::vector<double> values_of(const CaseResult& result, const std::string& unit);

}  // namespace splicebench
