#pragma once

#include <cerrno>
#include <span>
#include <vector>

#include "bench/engines/ring/buffer_ring.h"

namespace splicebench {

/// Sends without a copy that the kernel has not done with; their buffers are nobody else's until it
/// has, which may be long after the send itself is complete. Two completions tell of a send: its
/// result and, where that says so (F_MORE), that the kernel has done with it.
class ZeroCopySends {
 public:
  /// `most`: at a time; 0: there are none. `pieces`: buffers of a send, at most.
  ZeroCopySends(BufferRing& buffers, std::size_t most, std::size_t pieces)
      : buffers_(buffers), sends_(most) {
    for (Send& send : sends_) send.buffers.reserve(pieces);
    for (std::size_t send = most; send-- > 0;) free_.push_back(send);
  }

  unsigned most() const { return static_cast<unsigned>(sends_.size()); }
  /// That the kernel has not done with.
  std::size_t in_flight() const { return sends_.size() - free_.size(); }
  /// Another sink, which may take them.
  void begin_anew() {
    are_taken_ = !sends_.empty();
    copies_next_ = false;
  }

  /// The next send is one of these; else it copies, and that is counted.
  bool is_next(Calls& calls) {
    if (!are_taken_) return false;
    if (!copies_next_ && !free_.empty()) return true;
    if (!copies_next_) ++calls.copied;
    copies_next_ = false;
    return false;
  }
  /// A send of `buffers`; its number.
  std::size_t begin(std::span<const unsigned> buffers) {
    const std::size_t send = free_.back();
    free_.pop_back();
    sends_[send].buffers.assign(buffers.begin(), buffers.end());
    for (const unsigned buffer : buffers) buffers_.hold(buffer);
    return send;
  }
  /// What to ask for in its request: IORING_SEND_ZC_REPORT_USAGE.
  unsigned report() const { return report_; }

  enum class Told {
    done,    ///< with the buffers; the result was told before
    again,   ///< nothing was sent: it is to be sent again, perhaps copied
    result,  ///< as that of every send
  };
  Told take(const io_uring_cqe& completion, std::size_t send, Calls& calls) {
    if ((completion.flags & IORING_CQE_F_NOTIF) != 0) {
      end(send);
      const bool copied = (static_cast<unsigned>(completion.res) & kUsageCopied) != 0;
      if (report_ != 0 && sends_[send].has_sent) ++(copied ? calls.copied : calls.uncopied);
      return Told::done;
    }
    sends_[send].has_sent = completion.res > 0;
    const bool is_over = (completion.flags & IORING_CQE_F_MORE) == 0;
    if (is_over) end(send);
    switch (-completion.res) {
      case ENOMEM:
      case ENOBUFS:  // RLIMIT_MEMLOCK, until others are done with
        copies_next_ = true;
        ++calls.copied;
        return Told::again;
      case EINVAL:  // Linux 6.1 does not report
        if (report_ == 0) return Told::result;
        report_ = 0;
        return Told::again;
      case EOPNOTSUPP:  // no TCP socket
        are_taken_ = false;
        ++calls.fallback;
        return Told::again;
      default:
        return Told::result;
    }
  }

 private:
  struct Send {
    std::vector<unsigned> buffers;
    bool has_sent = false;
  };

  void end(std::size_t send) {
    for (const unsigned buffer : sends_[send].buffers) buffers_.give_free(buffer);
    free_.push_back(send);
  }

  BufferRing& buffers_;
  std::vector<Send> sends_;
  std::vector<std::size_t> free_;
  unsigned report_ = kReportUsage;
  bool are_taken_ = false;
  bool copies_next_ = false;  ///< it did not take the last, for want of memory
};

}  // namespace splicebench
