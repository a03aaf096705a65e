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
      : each_(count), size_(size), touched_(touched) {}
  BufferRing(const BufferRing&) = delete;
  BufferRing& operator=(const BufferRing&) = delete;

  /// Memory, of which `together` buffers can be provided at a time, known to `ring`, which must be
  /// closed before this ends. Errno; 0: done. Throws std::bad_alloc.
  int open(Ring& ring, unsigned together);
  /// As many more as there were at first. Throws std::bad_alloc.
  void grow();
  /// Takes all provided ones back, while nothing receives. Errno; 0: done.
  int take_back();

  unsigned count() const { return count_; }
  std::size_t size() const { return size_; }
  unsigned char* at(unsigned buffer) {
    return memory_[buffer / each_].bytes() + buffer % each_ * size_;
  }
  bool has_free() const { return !free_.empty(); }
  unsigned provided() const { return provided_; }
  /// Neither free nor provided.
  unsigned in_use() const { return count_ - static_cast<unsigned>(free_.size()) - provided_; }

  unsigned take_free();
  /// It is free when all who hold it have said so: who took it, and for each hold() another.
  void give_free(unsigned buffer) {
    if (--holders_[buffer] == 0) free_.push_back(buffer);
  }
  void hold(unsigned buffer) { ++holders_[buffer]; }
  /// A free one becomes the kernel's. False: those it has filled must be taken first.
  bool provide();
  /// The one at a place of the order, which a completion tells; where it tells of several, those
  /// that follow are at the places that follow.
  unsigned take_filled(unsigned place);

 private:
  io_uring_buf_ring* shared() const {
    return reinterpret_cast<io_uring_buf_ring*>(shared_.bytes());
  }
  unsigned mask() const { return static_cast<unsigned>(order_.size()) - 1; }
  int introduce();

  unsigned each_;  ///< buffers of a piece of memory
  std::size_t size_;
  Touched touched_;
  Ring* ring_ = nullptr;
  Pages shared_;  ///< what the kernel reads of provided ones
  std::vector<Pages> memory_;
  unsigned count_ = 0;
  std::vector<unsigned> holders_;
  std::vector<unsigned> free_;   ///< the warmest last
  std::vector<unsigned> order_;  ///< of provided ones, by place
  unsigned next_ = 0;            ///< place of the next that is provided, modulo its size
  unsigned provided_ = 0;
};

}  // namespace splicebench
