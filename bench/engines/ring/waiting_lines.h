#pragma once

#include <algorithm>
#include <cstddef>
#include <deque>

#include "bench/engines/ring/ring_line.h"

namespace splicebench {

/// Lines that wait for a buffer to receive into, in turn. Who had its turn and found that others
/// had taken all buffers, as a receive that fills several does, is the next again.
class WaitingLines {
 public:
  bool is_empty() const { return lines_.empty(); }

  void add(RingLine& line) { lines_.push_back(&line); }
  /// Found no buffer; told of in the order of next().
  void come_back(RingLine& line) {
    come_back_ = std::min(come_back_, lines_.size());
    lines_.insert(lines_.begin() + static_cast<std::ptrdiff_t>(come_back_++), &line);
  }
  void forget(RingLine& line) { std::erase(lines_, &line); }

  /// Whose turn it is. There must be one.
  RingLine& next() {
    come_back_ = 0;
    RingLine& line = *lines_.front();
    lines_.pop_front();
    return line;
  }

 private:
  std::deque<RingLine*> lines_;
  std::size_t come_back_ = 0;  ///< the first of them came back since next()
};

}  // namespace splicebench
