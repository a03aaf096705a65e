#pragma once

#include <cstdint>
#include <string>

namespace splicebench {

/// Complaints of what may happen to thousands of connections at once: one a second is said, of the
/// others how many there were.
class Complaints {
 public:
  /// What to say of `what` at `now`, in seconds of any clock that began before 0; empty: nothing
  /// for now.
  std::string about(const std::string& what, double now);

 private:
  double said_at_ = -1;
  std::int64_t unsaid_ = 0;  ///< since then
};

}  // namespace splicebench
