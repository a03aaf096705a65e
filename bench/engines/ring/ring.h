#pragma once

// An io_uring as the engines use it: by one thread. Where the driver waits it polls the ring's
// descriptor, which is readable as soon as there are completions.

#include <liburing.h>

#include <cerrno>
#include <cstdint>
#include <string>

#include "results/model/usage.h"

namespace splicebench {

// Not in the headers of Linux 6.1 and liburing 2.3 (Debian 12); whether the kernel knows them shows
// at run time.
inline constexpr unsigned kReceiveBundle = 1U << 4;   ///< IORING_RECVSEND_BUNDLE, Linux 6.10
inline constexpr unsigned kFeatureBundle = 1U << 14;  ///< IORING_FEAT_RECVSEND_BUNDLE
inline constexpr unsigned kReportUsage = 1U << 3;     ///< IORING_SEND_ZC_REPORT_USAGE, Linux 6.2
inline constexpr unsigned kUsageCopied = 1U << 31;    ///< IORING_NOTIF_USAGE_ZC_COPIED

class Ring {
 public:
  Ring() = default;
  Ring(const Ring&) = delete;
  Ring& operator=(const Ring&) = delete;
  ~Ring() { close(); }

  enum class Waiting {
    outside,  ///< its descriptor is polled
    in_ring,  ///< by enter(); then enable() comes first
  };

  /// Room for `submissions` before each enter() and for `completions` that nobody took yet. Errno;
  /// 0: it is there.
  int open(unsigned submissions, unsigned completions, Waiting waiting = Waiting::outside);
  /// From here on it is the calling thread's. Errno; 0: done.
  int enable() { return -::io_uring_enable_rings(&ring_); }
  void close();
  explicit operator bool() const { return open_; }

  io_uring* get() { return &ring_; }
  int fd() const { return ring_.ring_fd; }

  /// The next request, to be prepared; its completion carries `tag`. There is room when enter() was
  /// called often enough.
  template <typename Prepare>
  void request(std::uint64_t tag, Prepare prepare) {
    io_uring_sqe* const entry = ::io_uring_get_sqe(&ring_);
    prepare(entry);
    entry->user_data = tag;
  }

  /// Hands requests over and has the kernel do what is ready to be done; waits for nothing, but for
  /// `wanted` completions, `milliseconds` at most (< 0: without end). Errno; 0: done. EINTR, and
  /// EAGAIN while completions must be taken first, are tried again by the caller.
  int enter(unsigned wanted = 0, int milliseconds = -1);

  /// Takes the completions there are, each once.
  template <typename Take>
  void take(Take take) {
    io_uring_cqe* completion = nullptr;
    unsigned head = 0;
    unsigned count = 0;
    io_uring_for_each_cqe(&ring_, head, completion) {
      take(*completion);
      ++count;
    }
    ::io_uring_cq_advance(&ring_, count);
  }
  bool is_full() const { return ::io_uring_sq_space_left(&ring_) == 0; }
  bool has_requests() const { return ::io_uring_sq_ready(&ring_) > 0; }
  bool has_completions() const { return ::io_uring_cq_ready(&ring_) > 0; }

 private:
  io_uring ring_{};
  bool open_ = false;
};

/// That a ring says when it is entered, and that may pass.
class Refusals {
 public:
  /// What Ring::enter() said. False: that is an error, or was said too often in a row to pass.
  bool bear(int error) {
    if (error == 0) in_row_ = 0;
    if (error == 0 || error == EINTR) return true;
    return (error == EAGAIN || error == EBUSY) && ++in_row_ < kMostInRow;
  }

 private:
  static constexpr int kMostInRow = 100;

  int in_row_ = 0;
};

/// Why no ring with multishot receives can be had here; empty: it can. Looked for once, as those
/// below.
const std::string& why_no_ring();
/// Why none that receives into several buffers at once.
const std::string& why_no_bundles();
/// Why none that sends without a copy.
const std::string& why_no_zero_copy();
/// Why none that splices.
const std::string& why_no_ring_splice();

}  // namespace splicebench
