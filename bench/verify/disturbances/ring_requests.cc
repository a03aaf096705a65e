#include "bench/verify/disturbances/ring_requests.h"

#include <fmt/format.h>
#include <sys/stat.h>

#include <cerrno>
#include <cinttypes>
#include <cstdint>
#include <cstdio>
#include <fstream>

#include "bench/engines/ring/ring.h"

namespace splicebench {

namespace {

/// IORING_NOP_INJECT_RESULT (Linux 6.10): a request that does nothing completes with its `len`.
constexpr unsigned kInjectResult = 1;

/// Where the counters of submissions are in the memory that the kernel shares: the same in every
/// ring of a kernel. Bytes.
struct Layout {
  std::ptrdiff_t head = 0;
  std::ptrdiff_t mask = 0;
};

struct Here {
  std::string why_not;
  Layout layout;
};

Here look() {
  Here here;
  Ring ring;
  if (const int error = ring.open(1, 2); error != 0) {
    here.why_not = why_no_ring();
    return here;
  }
  const io_uring_sq& sq = ring.get()->sq;
  const char* const start = static_cast<const char*>(sq.ring_ptr);
  here.layout = {reinterpret_cast<const char*>(sq.khead) - start,
                 reinterpret_cast<const char*>(sq.kring_mask) - start};
  int result = 0;
  ring.request(0, [](io_uring_sqe* request) {
    ::io_uring_prep_nop(request);
    inject_result(*request, -EDOM);
  });
  ring.enter(1);
  ring.take([&result](const io_uring_cqe& completion) { result = completion.res; });
  if (result != -EDOM)
    here.why_not = "this kernel's io_uring injects no results; that takes Linux 6.10";
  return here;
}

const Here& here() {
  static const Here found = look();
  return found;
}

/// Where the part of the ring that begins at `offset` is mapped in this process; null: nowhere.
char* mapping_of(int fd, std::uint64_t offset) {
  struct stat ring {};
  if (::fstat(fd, &ring) != 0) return nullptr;
  std::ifstream maps("/proc/self/maps");
  for (std::string line; std::getline(maps, line);) {
    std::uint64_t begin = 0;
    std::uint64_t at = 0;
    std::uint64_t inode = 0;
    if (std::sscanf(line.c_str(), "%" SCNx64 "-%*x %*s %" SCNx64 " %*s %" SCNu64, &begin, &at,
                    &inode) != 3)
      continue;
    if (inode == ring.st_ino && at == offset && line.find("[io_uring]") != std::string::npos)
      return reinterpret_cast<char*>(begin);
  }
  return nullptr;
}

}  // namespace

const std::string& RingRequests::why_not() { return here().why_not; }

void RingRequests::each(int fd, unsigned count, const std::function<void(io_uring_sqe&)>& change) {
  const char* const counters = mapping_of(fd, IORING_OFF_SQ_RING);
  io_uring_sqe* const requests = reinterpret_cast<io_uring_sqe*>(mapping_of(fd, IORING_OFF_SQES));
  if (counters == nullptr || requests == nullptr) return;
  const Layout& layout = here().layout;
  const unsigned head = *reinterpret_cast<const unsigned*>(counters + layout.head);
  const unsigned mask = *reinterpret_cast<const unsigned*>(counters + layout.mask);
  // liburing hands requests over in the order in which they lie there.
  for (unsigned i = 0; i < count; ++i) change(requests[(head + i) & mask]);
}

void inject_result(io_uring_sqe& request, int result) {
  const std::uint64_t tag = request.user_data;
  const unsigned links = request.flags & (IOSQE_IO_LINK | IOSQE_IO_HARDLINK);
  request = {};
  request.opcode = IORING_OP_NOP;
  request.flags = static_cast<__u8>(links);
  request.user_data = tag;
  request.rw_flags = kInjectResult;
  request.len = static_cast<__u32>(result);
}

}  // namespace splicebench
