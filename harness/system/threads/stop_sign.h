#pragma once

#include <atomic>

#include "results/files/fd.h"

namespace splicebench {

/// By which one of several threads tells the others to stop; those that wait for events watch fd().
class StopSign {
 public:
  /// Throws std::system_error.
  StopSign();

  /// Readable while it is given.
  int fd() const { return event_.get(); }
  bool is_given() const { return given_.load(std::memory_order_relaxed); }
  void give();
  void take_back();

 private:
  std::atomic<bool> given_ = false;
  Fd event_;  ///< eventfd(2)
};

}  // namespace splicebench
