#pragma once

// A storm of signals on one thread, and what it interrupts.

#include <pthread.h>

#include <atomic>
#include <cstdint>
#include <thread>

#include "results/files/fd.h"

namespace splicebench {

/// Calls that were waiting when a signal came.
struct Interruptions {
  std::int64_t on_source = 0;
  std::int64_t on_sink = 0;
  std::int64_t on_engine = 0;  ///< on a descriptor of the engine's own
};

/// Interrupts the thread that makes it every 300 us (SIGALRM without SA_RESTART: calls fail with
/// EINTR) for as long as it lives. A signal that comes while the thread computes proves nothing,
/// so before each it looks in /proc in which call the thread sleeps, and counts those.
class Storm {
 public:
  /// Throws NotApplicable where the kernel does not tell.
  Storm(int source, int sink);
  ~Storm();
  Storm(const Storm&) = delete;
  Storm& operator=(const Storm&) = delete;

  Interruptions end();

 private:
  void blow();
  void count_waiting();
  /// The descriptor that the first pollfd at `address` of this process names.
  int polled(std::uint64_t address) const;

  int source_;
  int sink_;
  pthread_t victim_;
  Fd call_;    ///< /proc/self/task/TID/syscall
  Fd memory_;  ///< /proc/self/mem
  Interruptions seen_;
  std::atomic<bool> over_ = false;
  std::thread thread_;
};

}  // namespace splicebench
