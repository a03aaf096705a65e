#pragma once

#include <cstdint>
#include <mutex>
#include <string>

#include "bench/verify/peers.h"

namespace splicebench {

/// What must hold in a cell, and what did not.
class Expectations {
 public:
  /// Something must hold; `what` says it as a sentence when it does not. From any thread.
  void expect(bool holds, const std::string& what);
  /// `bytes` of the content arrived `where` ("at the reader"), all of them right.
  void expect_arrived(const char* where, std::uint64_t bytes, const Arrived& arrived);
  /// The same, and then the stream ended.
  void expect_all_arrived(const char* where, std::uint64_t bytes, const Arrived& arrived);

  /// What did not hold; empty: all did.
  const std::string& failures() const { return failures_; }

 private:
  std::mutex mutex_;
  std::string failures_;
};

}  // namespace splicebench
