#include "harness/system/threads/stop_sign.h"

#include <sys/eventfd.h>
#include <unistd.h>

#include <cstdint>

#include "harness/system/sys.h"

namespace splicebench {

StopSign::StopSign()
    : event_(check(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK), "make", "an eventfd")) {}

void StopSign::give() {
  given_.store(true);
  const std::uint64_t one = 1;
  // Fails only when the counter is full: then it is readable already.
  if (::write(fd(), &one, sizeof one) < 0) return;
}

void StopSign::take_back() {
  given_.store(false);
  std::uint64_t count = 0;
  // Fails only when it was not given.
  if (::read(fd(), &count, sizeof count) < 0) return;
}

}  // namespace splicebench
