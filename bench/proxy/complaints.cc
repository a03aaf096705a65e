#include "bench/proxy/complaints.h"

#include <fmt/format.h>

#include <utility>

namespace splicebench {

namespace {

constexpr double kQuiet = 1.0;  ///< seconds after each

}  // namespace

std::string Complaints::about(const std::string& what, double now) {
  if (now - said_at_ < kQuiet) {
    ++unsaid_;
    return {};
  }
  said_at_ = now;
  const std::int64_t before = std::exchange(unsaid_, 0);
  return before == 0 ? what : fmt::format("{} (and {} more before)", what, before);
}

}  // namespace splicebench
