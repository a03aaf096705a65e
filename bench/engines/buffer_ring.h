#pragma once

#include <cstddef>
#include <cstdlib>
#include <memory>
#include <vector>

#include "bench/engines/ring.h"

namespace splicebench {

/// Buffers that are the engine's own until they are provided to the kernel, which fills them in the
/// order in which they were provided.
class BufferRing {
 public:
  static constexpr unsigned kGroup = 0;

  BufferRing(unsigned count, std::size_t size) : count_(count), size_(size) {}
  BufferRing(const BufferRing&) = delete;
  BufferRing& operator=(const BufferRing&) = delete;
  ~BufferRing();

  /// Memory, all touched, known to `ring`, which must be closed before this ends. Errno; 0: done.
  /// Throws std::bad_alloc.
  int open(Ring& ring);
  /// Takes all provided ones back, while nothing receives. Errno; 0: done.
  int take_back();

  unsigned count() const { return count_; }
  std::size_t size() const { return size_; }
  unsigned char* at(unsigned buffer) { return memory_.get() + buffer * size_; }
  bool has_free() const { return !free_.empty(); }
  unsigned provided() const { return tail_ - head_; }

  unsigned take_free();
  void give_free(unsigned buffer) { free_.push_back(buffer); }
  /// A free one becomes the kernel's.
  void provide();
  /// The one that the kernel has filled next.
  unsigned take_filled() { return order_[head_++ & mask_]; }

 private:
  struct Free {
    void operator()(void* memory) const { std::free(memory); }
  };
  int introduce();

  unsigned count_;
  std::size_t size_;
  unsigned mask_ = 0;
  Ring* ring_ = nullptr;
  io_uring_buf_ring* shared_ = nullptr;  ///< what the kernel reads; a mapping of our own
  std::unique_ptr<unsigned char, Free> memory_;
  std::vector<unsigned> free_;
  std::vector<unsigned> order_;  ///< of provided ones: positions modulo its size
  unsigned head_ = 0;
  unsigned tail_ = 0;
};

}  // namespace splicebench
