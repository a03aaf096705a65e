#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "harness/engine/engine.h"

namespace splicebench {

/// How a transfer must end.
struct Expected {
  Ended ended = Ended::limit;
  Side side = Side::none;
  std::vector<int> errors;           ///< any of these
  std::optional<std::uint64_t> out;  ///< bytes delivered; none: as many as the balance allows
};

/// "expected limit reached; seen end of stream, ..."; empty: as expected.
std::string difference_between(const Expected& expected, const Outcome& seen);

/// "ECONNRESET on the source", "end of stream", ...
std::string describe(const Outcome& outcome);

}  // namespace splicebench
