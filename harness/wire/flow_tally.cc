#include "harness/wire/flow_tally.h"

namespace splicebench {

void FlowTally::begin(std::uint64_t each) {
  each_ = each;
  for (std::atomic<std::uint64_t>& one : moved_) one.store(0, std::memory_order_relaxed);
  total_.store(0);
  finished_.store(false);
  marks_ = {};
  marking_.emplace(each * flows_, marks_);
  next_.store(marking_->next());
  began_ = monotonic_seconds();
  first_at_ = began_;
}

bool FlowTally::passed(std::size_t flow, std::uint64_t bytes) {
  const std::uint64_t before = moved_[flow].load(std::memory_order_relaxed);
  const std::uint64_t now = before + bytes;
  moved_[flow].store(now, std::memory_order_relaxed);
  const std::uint64_t total = total_.fetch_add(bytes, std::memory_order_relaxed) + bytes;
  if (total >= next_.load(std::memory_order_relaxed)) {
    const std::lock_guard<std::mutex> lock(mutex_);
    marking_->passed(total);
    next_.store(marking_->next(), std::memory_order_relaxed);
  }
  if (now < each_) return false;
  if (before < each_ && !finished_.exchange(true)) {
    first_at_ = monotonic_seconds();
    for (std::size_t i = 0; i < flows_; ++i) first_[i] = of(i);
  }
  return true;
}

FlowRates FlowTally::rates() const {
  const double seconds = first_at_ - began_;
  std::vector<double> rates(flows_);
  for (std::size_t i = 0; i < flows_ && finished_.load() && seconds > 0; ++i)
    rates[i] = static_cast<double>(first_[i]) / seconds;
  return flow_rates(std::move(rates));
}

}  // namespace splicebench
