#pragma once

// For tests: waiting for what a busy machine may take its time for.

#include <chrono>
#include <thread>

namespace splicebench::testing {

/// True once `condition` is; false when it is not within 20 s.
template <typename Condition>
bool eventually(Condition condition) {
  const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(20);
  do {
    if (condition()) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  } while (std::chrono::steady_clock::now() < until);
  return false;
}

}  // namespace splicebench::testing
