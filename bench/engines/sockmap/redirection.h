#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "bench/engines/sockmap/program.h"
#include "results/files/fd.h"

namespace splicebench {

/// A BPF program on one socket that hands what arrives there to another one's send queue, in the
/// kernel, and counts it: a sockmap of one entry on either side (Linux 5.10 for a program without
/// a parser). It is written as instructions, so neither a compiler nor libbpf is needed.
class Redirection {
 public:
  Redirection() = default;
  Redirection(const Redirection&) = delete;
  Redirection& operator=(const Redirection&) = delete;
  ~Redirection() { close(); }

  /// Maps and program. Errno; 0: they are there. ENOSYS, EPERM, EINVAL where the kernel or a
  /// privilege is missing.
  int open();
  void close();
  explicit operator bool() const { return static_cast<bool>(source_map_); }

  /// From now on what comes to `source`, a connected stream socket, goes to `sink`; of what came
  /// before each segment whole, so nobody may have read a part of the first. Errno: EOPNOTSUPP
  /// where a socket is none of that kind or its peer has ended already; then disconnect() them.
  int connect(int source, int sink);
  /// What comes from now on stays where it comes and is read there, while they stay connected.
  /// Afterwards bytes() changes no more. Takes some milliseconds.
  void let_stay();
  /// The kernel drops what comes in this moment, and what stayed and was not read.
  void disconnect();

  /// Bytes handed on since open(); they may wait in the kernel for the sink to take them.
  std::uint64_t bytes() const { return __atomic_load_n(&shared_->bytes, __ATOMIC_ACQUIRE); }
  /// Since connect() the kernel had no memory to take out what came twice: bytes were lost. Wakes,
  /// too.
  bool has_failed() const { return __atomic_load_n(&shared_->failed, __ATOMIC_ACQUIRE) != 0; }
  /// wake_fd() becomes readable as bytes() comes to `target`. Look at bytes() afterwards: it may
  /// have been there before.
  void set_target(std::uint64_t target) {
    __atomic_store_n(&shared_->target, target, __ATOMIC_SEQ_CST);
  }
  int wake_fd() const { return wake_map_.get(); }
  /// Takes back what made it readable.
  void hush();

 private:
  int map_pages();

  Fd source_map_;  ///< carries the program
  Fd sink_map_;
  Fd count_map_;
  Fd wake_map_;  ///< a ring buffer (Linux 5.8): poll(2) on it is woken by the program
  Fd program_;
  std::size_t page_ = 0;
  Shared* shared_ = nullptr;             ///< of count_map_
  std::uint64_t* consumed_ = nullptr;    ///< of wake_map_: ours
  const std::uint64_t* made_ = nullptr;  ///< of wake_map_: the program's
};

/// Why none can be had here; empty: it can. Looked for once.
const std::string& why_no_redirection();

}  // namespace splicebench
