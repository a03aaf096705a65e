#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace splicebench {

/// Samples of one case, in any order.
struct RoundFigure {
  std::int64_t round = 0;
  double value = 0;
};

/// The median of each visit of a row of so many modes.
std::vector<double> medians_by_visit(const std::vector<RoundFigure>& figures, std::size_t modes);
/// Empty where one is not above 0.
std::vector<double> logarithms(const std::vector<double>& figures);

}  // namespace splicebench
