#include "bench/engines/ring/buffer_ring.h"

#include <bit>
#include <cerrno>

namespace splicebench {

int BufferRing::open(Ring& ring) {
  ring_ = &ring;
  mask_ = std::bit_ceil(count_) - 1;
  order_.resize(mask_ + 1);
  for (unsigned buffer = count_; buffer-- > 0;) free_.push_back(buffer);
  holders_.resize(count_);
  memory_ = Pages(count_ * size_, touched_);
  shared_ = Pages((mask_ + 1) * sizeof(io_uring_buf));
  return introduce();
}

int BufferRing::introduce() {
  ::io_uring_buf_ring_init(shared());
  io_uring_buf_reg description{};
  description.ring_addr = reinterpret_cast<std::uint64_t>(shared());
  description.ring_entries = mask_ + 1;
  description.bgid = kGroup;
  return -::io_uring_register_buf_ring(ring_->get(), &description, 0);
}

int BufferRing::take_back() {
  if (provided() == 0) return 0;
  while (provided() > 0) give_free(take_filled());
  const int status = ::io_uring_unregister_buf_ring(ring_->get(), kGroup);
  if (status != 0) return -status;
  head_ = tail_ = 0;
  return introduce();
}

unsigned BufferRing::take_free() {
  const unsigned buffer = free_.back();
  free_.pop_back();
  holders_[buffer] = 1;
  return buffer;
}

void BufferRing::provide() {
  const unsigned buffer = take_free();
  ::io_uring_buf_ring_add(shared(), at(buffer), static_cast<unsigned>(size_),
                          static_cast<unsigned short>(buffer), static_cast<int>(mask_), 0);
  ::io_uring_buf_ring_advance(shared(), 1);
  order_[tail_++ & mask_] = buffer;
}

}  // namespace splicebench
