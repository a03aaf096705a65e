#pragma once

#include <linux/io_uring.h>

#include <cstddef>
#include <functional>
#include <string>

namespace splicebench {

/// The requests that io_uring_enter(2) is about to hand over, in the memory that the ring shares
/// with the kernel: of a ring in this process whose thread is held before that call, found by its
/// descriptor alone, so that the engine under test knows nothing of it.
class RingRequests {
 public:
  /// Why results of requests cannot be injected here; empty: they can. Looked for once.
  static const std::string& why_not();

  /// `change`s each of the `count` next requests of the ring `fd`, in their order.
  static void each(int fd, unsigned count, const std::function<void(io_uring_sqe&)>& change);
};

/// Makes a request complete with `result` (bytes, or -errno) and do nothing else. Links stay.
void inject_result(io_uring_sqe& request, int result);

}  // namespace splicebench
