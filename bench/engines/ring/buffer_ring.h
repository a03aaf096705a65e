#pragma once

#include <cstddef>
#include <vector>

#include "bench/engines/pages.h"
#include "bench/engines/ring/ring.h"

namespace splicebench {

/// Buffers that are the engine's own until they are provided to the kernel, which fills them in the
/// order in which they were provided.
class BufferRing {
 public:
  static constexpr unsigned kGroup = 0;

  BufferRing(unsigned count, std::size_t size, Touched touched = Touched::at_once)
      : count_(count), size_(size), touched_(touched) {}
  BufferRing(const BufferRing&) = delete;
  BufferRing& operator=(const BufferRing&) = delete;

  /// Memory, known to `ring`, which must be closed before this ends. Errno; 0: done.
  /// Throws std::bad_alloc.
  int open(Ring& ring);
  /// Takes all provided ones back, while nothing receives. Errno; 0: done.
  int take_back();

  unsigned count() const { return count_; }
  std::size_t size() const { return size_; }
  unsigned char* at(unsigned buffer) { return memory_.bytes() + buffer * size_; }
  bool has_free() const { return !free_.empty(); }
  unsigned provided() const { return tail_ - head_; }

  unsigned take_free();
  /// It is free when all who hold it have said so: who took it, and for each hold() another.
  void give_free(unsigned buffer) {
    if (--holders_[buffer] == 0) free_.push_back(buffer);
  }
  void hold(unsigned buffer) { ++holders_[buffer]; }
  /// A free one becomes the kernel's.
  void provide();
  /// The one that the kernel has filled next.
  unsigned take_filled() { return order_[head_++ & mask_]; }
  /// The one of which a completion says that it is filled: where several receive, they end in
  /// another order than they found buffers.
  unsigned take_filled(unsigned buffer) {
    ++head_;
    return buffer;
  }

 private:
  io_uring_buf_ring* shared() const {
    return reinterpret_cast<io_uring_buf_ring*>(shared_.bytes());
  }
  int introduce();

  unsigned count_;
  std::size_t size_;
  Touched touched_;
  unsigned mask_ = 0;
  Ring* ring_ = nullptr;
  Pages shared_;  ///< what the kernel reads of provided ones
  Pages memory_;
  std::vector<unsigned> holders_;
  std::vector<unsigned> free_;
  std::vector<unsigned> order_;  ///< of provided ones: positions modulo its size
  unsigned head_ = 0;
  unsigned tail_ = 0;
};

}  // namespace splicebench
