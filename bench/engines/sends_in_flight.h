#pragma once

#include <bit>
#include <cstdint>
#include <vector>

namespace splicebench {

/// Which buffers the kernel still sends from (MSG_ZEROCOPY): it numbers the sends of a socket and
/// tells ranges of numbers it has done with, in any order.
///
/// A socket that was sent from before does not begin with number 0, and does not say with which.
/// So the first buffers are free only when all sends so far are told; from then on it is known.
class SendsInFlight {
 public:
  SendsInFlight(unsigned buffers, unsigned most)
      : users_(buffers), buffer_of_(std::bit_ceil(most)) {
    free_.reserve(buffers);
    forget();
  }

  /// All buffers are free; the next socket.
  void forget() {
    users_.assign(users_.size(), 0);
    free_.clear();
    for (unsigned buffer = 0; buffer < users_.size(); ++buffer) free_.push_back(buffer);
    made_ = oldest_ = untold_ = 0;
    is_any_told_ = is_known_ = false;
  }

  bool has_free() const { return !free_.empty(); }
  /// The caller's, too, until it lets go of it.
  unsigned take() {
    const unsigned buffer = free_.back();
    free_.pop_back();
    ++users_[buffer];
    return buffer;
  }
  void let_go(unsigned buffer) {
    if (--users_[buffer] == 0) free_.push_back(buffer);
  }

  bool has_room() const { return made_ - oldest_ < buffer_of_.size(); }
  void sent_from(unsigned buffer) {
    ++users_[buffer];
    buffer_of_[made_++ & mask()] = buffer;
    ++untold_;
  }

  /// Sends that were not told yet.
  std::uint32_t untold() const { return untold_; }

  /// The kernel has done with its sends `first` to `last`.
  void told(std::uint32_t first, std::uint32_t last) {
    untold_ -= last - first + 1;
    if (is_known_) {
      for (std::uint32_t number = first; number != last + 1; ++number) end(number - base_);
    } else {
      if (!is_any_told_ || static_cast<std::int32_t>(last - last_) > 0) last_ = last;
      is_any_told_ = true;
      if (untold_ > 0) return;
      base_ = last_ + 1 - made_;
      is_known_ = true;
      for (std::uint32_t one = oldest_; one != made_; ++one) end(one);
    }
    while (oldest_ != made_ && buffer_of_[oldest_ & mask()] == kEnded) ++oldest_;
  }

 private:
  static constexpr unsigned kEnded = ~0U;

  std::uint32_t mask() const { return static_cast<std::uint32_t>(buffer_of_.size()) - 1; }
  void end(std::uint32_t send) {
    unsigned& buffer = buffer_of_[send & mask()];
    if (buffer != kEnded) let_go(buffer);
    buffer = kEnded;
  }

  std::vector<unsigned> users_;      ///< of each buffer: the caller and sends
  std::vector<unsigned> buffer_of_;  ///< of the sends from oldest_ to made_, modulo its size
  std::vector<unsigned> free_;
  std::uint32_t made_ = 0;    ///< sends, modulo 2^32 as the kernel's numbers
  std::uint32_t oldest_ = 0;  ///< that was not told
  std::uint32_t untold_ = 0;
  std::uint32_t last_ = 0;  ///< told so far, while base_ is not known
  std::uint32_t base_ = 0;  ///< what to take off the kernel's number
  bool is_any_told_ = false;
  bool is_known_ = false;
};

}  // namespace splicebench
