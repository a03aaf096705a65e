#include "bench/relay/shortcoming.h"

#include <fmt/format.h>

#include <cerrno>

#include "harness/system/sys.h"

namespace splicebench {

std::string shortcoming(const Outcome& outcome, std::uint64_t bytes) {
  const std::string where = fmt::format("{} of {} bytes taken, {} delivered, {} left in the engine",
                                        outcome.in, bytes, outcome.out, outcome.left);
  if (outcome.ended == Ended::error) {
    return fmt::format("relay: {} on the {}: {}", errno_text(outcome.error),
                       outcome.side == Side::source ? "source" : "sink", where);
  }
  if (outcome.ended == Ended::eof) return fmt::format("relay: the source ended early: {}", where);
  if (outcome.in != bytes || outcome.out != bytes || outcome.left != 0) {
    return fmt::format("relay: the engine miscounted: {}", where);
  }
  return {};
}

std::string shortcoming(const char* who, const PeerReport& report, std::uint64_t bytes) {
  if (report.error == EOVERFLOW)
    return fmt::format("the {} got more than the {} bytes that were sent", who, bytes);
  if (report.error != 0) {
    return fmt::format("{}: {} after {} of {} bytes", who, errno_text(report.error), report.bytes,
                       bytes);
  }
  if (report.bytes != bytes)
    return fmt::format("the {} saw {} of {} bytes", who, report.bytes, bytes);
  return {};
}

}  // namespace splicebench
