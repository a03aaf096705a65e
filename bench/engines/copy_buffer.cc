#include "bench/engines/copy_buffer.h"

#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

namespace splicebench {

bool fail(Side side, int error, Outcome& outcome) {
  outcome.ended = Ended::error;
  outcome.side = side;
  outcome.error = error;
  return false;
}

bool give_back(const Awaited& awaited, Calls& calls, Outcome& outcome) {
  ++calls.eagain;
  outcome.ended = Ended::would_block;
  outcome.awaited = awaited;
  return false;
}

void CopyBuffer::allocate(std::size_t size) {
  bytes_ = Pages(size, Touched::when_used);
  size_ = size;
}

void CopyBuffer::copy(int source, int sink, std::uint64_t limit, Calls& calls, Outcome& outcome) {
  while (drain(sink, calls, outcome)) {
    if (outcome.in == limit) {
      outcome.ended = Ended::limit;
      return;
    }
    if (!fill(source, limit - outcome.in, calls, outcome)) return;
  }
}

std::int64_t CopyBuffer::read_into(int fd, std::uint64_t most) {
  const ssize_t got = ::read(fd, bytes_.bytes(), std::min<std::uint64_t>(size_, most));
  begin_ = 0;
  end_ = got > 0 ? static_cast<std::size_t>(got) : 0;
  return got;
}

bool CopyBuffer::fill(int source, std::uint64_t most, Calls& calls, Outcome& outcome) {
  for (;;) {
    const std::int64_t got = read_into(source, most);
    ++calls.in;
    if (got > 0) {
      if (held() < std::min<std::uint64_t>(size_, most)) ++calls.short_in;
      outcome.in += static_cast<std::uint64_t>(got);
      return true;
    }
    if (got == 0) {
      outcome.ended = Ended::eof;
      return false;
    }
    if (errno == EINTR) continue;
    if (errno == EAGAIN) return give_back({source, POLLIN}, calls, outcome);
    return fail(Side::source, errno, outcome);
  }
}

bool CopyBuffer::drain(int sink, Calls& calls, Outcome& outcome) {
  while (begin_ < end_) {
    const unsigned char* const bytes = bytes_.bytes() + begin_;
    const std::size_t size = end_ - begin_;
    const ssize_t put = buffered_ ? buffered_.write(bytes, size) : ::write(sink, bytes, size);
    ++calls.out;
    if (put > 0) {
      begin_ += static_cast<std::size_t>(put);
      outcome.out += static_cast<std::uint64_t>(put);
      if (begin_ < end_) ++calls.short_out;
      continue;
    }
    // A write of more than nothing that takes nothing would be tried for ever.
    if (put == 0) return fail(Side::sink, EIO, outcome);
    if (errno == EINTR) continue;
    if (errno == EINVAL && !buffered_ && buffered_.open(sink)) continue;
    if (errno == EAGAIN) return give_back({sink, POLLOUT}, calls, outcome);
    return fail(Side::sink, errno, outcome);
  }
  return true;
}

}  // namespace splicebench
