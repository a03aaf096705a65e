#include "bench/engines/buffer_ring.h"

#include <sys/mman.h>

#include <bit>
#include <cerrno>
#include <cstring>
#include <new>

namespace splicebench {

namespace {

constexpr std::size_t kAlignment = 4096;

std::size_t mapping_size(std::size_t entries) { return entries * sizeof(io_uring_buf); }

}  // namespace

BufferRing::~BufferRing() {
  if (shared_ != nullptr) ::munmap(shared_, mapping_size(mask_ + 1));
}

int BufferRing::open(Ring& ring) {
  ring_ = &ring;
  mask_ = std::bit_ceil(count_) - 1;
  order_.resize(mask_ + 1);
  free_.reserve(count_);
  for (unsigned buffer = count_; buffer-- > 0;) free_.push_back(buffer);
  const std::size_t bytes = (count_ * size_ + kAlignment - 1) / kAlignment * kAlignment;
  memory_.reset(static_cast<unsigned char*>(std::aligned_alloc(kAlignment, bytes)));
  if (!memory_) throw std::bad_alloc();
  std::memset(memory_.get(), 0, bytes);
  void* const mapping = ::mmap(nullptr, mapping_size(mask_ + 1), PROT_READ | PROT_WRITE,
                               MAP_ANONYMOUS | MAP_PRIVATE | MAP_POPULATE, -1, 0);
  if (mapping == MAP_FAILED) return errno;
  shared_ = static_cast<io_uring_buf_ring*>(mapping);
  return introduce();
}

int BufferRing::introduce() {
  ::io_uring_buf_ring_init(shared_);
  io_uring_buf_reg description{};
  description.ring_addr = reinterpret_cast<std::uint64_t>(shared_);
  description.ring_entries = mask_ + 1;
  description.bgid = kGroup;
  return -::io_uring_register_buf_ring(ring_->get(), &description, 0);
}

int BufferRing::take_back() {
  if (provided() == 0) return 0;
  while (provided() > 0) free_.push_back(take_filled());
  const int status = ::io_uring_unregister_buf_ring(ring_->get(), kGroup);
  if (status != 0) return -status;
  head_ = tail_ = 0;
  return introduce();
}

unsigned BufferRing::take_free() {
  const unsigned buffer = free_.back();
  free_.pop_back();
  return buffer;
}

void BufferRing::provide() {
  const unsigned buffer = take_free();
  ::io_uring_buf_ring_add(shared_, at(buffer), static_cast<unsigned>(size_),
                          static_cast<unsigned short>(buffer), static_cast<int>(mask_), 0);
  ::io_uring_buf_ring_advance(shared_, 1);
  order_[tail_++ & mask_] = buffer;
}

}  // namespace splicebench
