#include "bench/engines/ring/buffer_ring.h"

#include <bit>
#include <iterator>
#include <numeric>

namespace splicebench {

namespace {

constexpr unsigned kNone = ~0U;

}  // namespace

int BufferRing::open(Ring& ring, unsigned together) {
  ring_ = &ring;
  // Twice: several receive at a time, and are told of in another order than they found buffers.
  order_.assign(2 * std::bit_ceil(together), kNone);
  shared_ = Pages(order_.size() * sizeof(io_uring_buf));
  grow();
  return introduce();
}

void BufferRing::grow() {
  memory_.emplace_back(each_ * size_, touched_);
  const unsigned before = count_;
  count_ += each_;
  holders_.resize(count_);
  free_.reserve(count_);
  // Below those that were used.
  free_.insert(free_.begin(), each_, 0);
  std::iota(std::make_reverse_iterator(free_.begin() + each_),
            std::make_reverse_iterator(free_.begin()), before);
}

int BufferRing::introduce() {
  next_ = provided_ = 0;
  ::io_uring_buf_ring_init(shared());
  io_uring_buf_reg description{};
  description.ring_addr = reinterpret_cast<std::uint64_t>(shared());
  description.ring_entries = static_cast<unsigned>(order_.size());
  description.bgid = kGroup;
  return -::io_uring_register_buf_ring(ring_->get(), &description, 0);
}

int BufferRing::take_back() {
  if (provided_ == 0) return 0;
  for (unsigned place = 0; place < order_.size(); ++place) {
    if (order_[place] != kNone) give_free(take_filled(place));
  }
  const int status = ::io_uring_unregister_buf_ring(ring_->get(), kGroup);
  return status != 0 ? -status : introduce();
}

unsigned BufferRing::take_free() {
  const unsigned buffer = free_.back();
  free_.pop_back();
  holders_[buffer] = 1;
  return buffer;
}

bool BufferRing::provide() {
  const unsigned place = next_ & mask();
  if (order_[place] != kNone) return false;
  const unsigned buffer = take_free();
  ::io_uring_buf_ring_add(shared(), at(buffer), static_cast<unsigned>(size_),
                          static_cast<unsigned short>(place), static_cast<int>(mask()), 0);
  ::io_uring_buf_ring_advance(shared(), 1);
  order_[place] = buffer;
  ++next_;
  ++provided_;
  return true;
}

unsigned BufferRing::take_filled(unsigned place) {
  unsigned& filled = order_[place & mask()];
  const unsigned buffer = filled;
  filled = kNone;
  --provided_;
  return buffer;
}

}  // namespace splicebench
