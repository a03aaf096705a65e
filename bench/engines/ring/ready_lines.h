#pragma once

#include <algorithm>
#include <deque>
#include <utility>

#include "bench/engines/ring/ring_line.h"

namespace splicebench {

/// Lines whose engines can go on, in the order in which that came to be, each once and with whom to
/// tell: those of whom that is not said yet wait for it.
class ReadyLines {
 public:
  bool is_empty() const { return lines_.empty(); }

  void name(RingLine& line, void* whom) {
    line.whom = whom;
    list(line);
  }
  void tell(RingLine& line) {
    line.can_go_on = true;
    list(line);
  }
  void forget(RingLine& line) {
    if (line.is_listed) std::erase(lines_, &line);
    line.is_listed = line.can_go_on = false;
    line.whom = nullptr;
  }
  /// Whom to tell; null: nobody more.
  void* next() {
    if (lines_.empty()) return nullptr;
    RingLine& line = *lines_.front();
    lines_.pop_front();
    line.can_go_on = line.is_listed = false;
    return std::exchange(line.whom, nullptr);
  }

 private:
  void list(RingLine& line) {
    if (!line.can_go_on || line.whom == nullptr || line.is_listed) return;
    line.is_listed = true;
    lines_.push_back(&line);
  }

  std::deque<RingLine*> lines_;
};

}  // namespace splicebench
