#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <optional>
#include <vector>

#include "harness/wire/marks.h"
#include "results/model/flow_facts.h"

namespace splicebench {

/// Who of many flows has moved how much of a transfer, and when: the marks of all together, and how
/// far each was when the first of them had all its own. A flow is counted by one thread, different
/// ones by different threads.
class FlowTally {
 public:
  explicit FlowTally(std::size_t flows) : flows_(flows), moved_(flows), first_(flows) {}

  /// A transfer of `each` bytes per flow begins now.
  void begin(std::uint64_t each);

  /// The flow has moved so many more. True when it has all its own. Allocates nothing.
  bool passed(std::size_t flow, std::uint64_t bytes);

  std::uint64_t of(std::size_t flow) const { return moved_[flow].load(std::memory_order_relaxed); }
  std::uint64_t total() const { return total_.load(std::memory_order_relaxed); }

  // When all threads are done:
  const std::array<double, kMarks>& marks() const { return marks_; }
  FlowRates rates() const;

 private:
  std::size_t flows_;
  std::uint64_t each_ = 0;
  double began_ = 0;
  std::vector<std::atomic<std::uint64_t>> moved_;
  std::atomic<std::uint64_t> total_ = 0;
  std::atomic<std::uint64_t> next_ = 0;  ///< total at which there is something to mark
  std::atomic<bool> finished_ = false;   ///< a flow has all its own
  std::vector<std::uint64_t> first_;     ///< what each had then ...
  double first_at_ = 0;                  ///< ... and when that was
  std::mutex mutex_;                     ///< of what follows
  std::optional<Marks> marking_;
  std::array<double, kMarks> marks_{};
};

}  // namespace splicebench
