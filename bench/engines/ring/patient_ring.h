#pragma once

#include <utility>

#include "bench/engines/ring/ring.h"

namespace splicebench {

/// A ring that is asked for much by one thread, waits for it in the ring, and bears with being
/// refused for a while.
class PatientRing {
 public:
  /// Errno; 0: it is there.
  int open(unsigned submissions, unsigned completions) {
    return ring_.open(submissions, completions, Ring::Waiting::in_ring);
  }
  /// From the first time on it is the calling thread's. Throws std::system_error.
  void enable();

  Ring& get() { return ring_; }
  int fd() const { return ring_.fd(); }
  /// Errno: it does not work any more. 0: it does.
  int error() const { return error_; }

  /// The next request, as Ring::request(). False: the ring does not work.
  template <typename Prepare>
  bool ask(std::uint64_t tag, Prepare prepare) {
    while (error_ == 0 && ring_.is_full()) enter(0);
    if (error_ == 0) ring_.request(tag, prepare);
    return error_ == 0;
  }
  /// As Ring::enter(); what it fails with for good error() tells.
  void enter(unsigned wanted, int milliseconds = -1);
  template <typename Take>
  void take(Take take) {
    ring_.take(take);
  }

  /// System calls that nobody took yet, all counted as `in`.
  Calls take_calls() { return std::exchange(calls_, {}); }

 private:
  Ring ring_;
  Refusals refusals_;
  int error_ = 0;
  bool is_enabled_ = false;
  Calls calls_;
};

}  // namespace splicebench
