#include "bench/verify/expected.h"

#include <fmt/format.h>

#include <algorithm>

#include "harness/system/sys.h"

namespace splicebench {

namespace {

const char* name_of_side(Side side) {
  return side == Side::source ? "source" : side == Side::sink ? "sink" : "neither side";
}

}  // namespace

std::string describe(const Outcome& outcome) {
  const std::string bytes =
      fmt::format("{} bytes in, {} out, {} left", outcome.in, outcome.out, outcome.left);
  switch (outcome.ended) {
    case Ended::limit:
      return "limit reached, " + bytes;
    case Ended::eof:
      return "end of stream, " + bytes;
    case Ended::would_block:
      return "would block, " + bytes;
    case Ended::error:
      return fmt::format("{} on the {}, {}", error_name(outcome.error), name_of_side(outcome.side),
                         bytes);
  }
  return bytes;
}

std::string difference_between(const Expected& expected, const Outcome& seen) {
  const bool fits =
      seen.ended == expected.ended && (!expected.out || seen.out == *expected.out) &&
      (expected.ended != Ended::error ||
       (seen.side == expected.side && std::find(expected.errors.begin(), expected.errors.end(),
                                                seen.error) != expected.errors.end()));
  if (fits) return {};
  std::string wanted = expected.ended == Ended::limit ? "limit reached" : "end of stream";
  if (expected.ended == Ended::error) {
    wanted.clear();
    for (const int error : expected.errors)
      wanted += (wanted.empty() ? "" : " or ") + error_name(error);
    wanted += fmt::format(" on the {}", name_of_side(expected.side));
  }
  if (expected.out) wanted += fmt::format(", {} bytes out", *expected.out);
  return fmt::format("expected {}; seen {}", wanted, describe(seen));
}

}  // namespace splicebench
