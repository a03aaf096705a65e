#pragma once

#include <algorithm>
#include <cmath>

namespace splicebench {

/// Two pieces of a warm-up are alike when their rates differ by no more than this part.
inline constexpr double kAlike = 0.05;

/// Of two rates, both above 0, in any unit.
inline bool are_alike(double one, double other) {
  return std::abs(one - other) <= kAlike * std::max(one, other);
}

}  // namespace splicebench
