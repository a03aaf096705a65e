#pragma once

// For tests: what an engine waits for.

#include <gtest/gtest.h>
#include <poll.h>
#include <sys/ioctl.h>

#include "bench/testing/eventually.h"
#include "harness/engine/engine.h"
#include "results/files/fd.h"

namespace splicebench::testing {

/// Within so many milliseconds.
inline bool happens(const Awaited& awaited, int milliseconds) {
  pollfd waiting{awaited.fd, awaited.events, 0};
  return ::poll(&waiting, 1, milliseconds) > 0;
}

/// Until so many bytes can be read.
inline void wait_for_bytes(const Fd& fd, std::size_t size) {
  EXPECT_TRUE(eventually([&] {
    int ready = 0;
    return ::ioctl(fd.get(), FIONREAD, &ready) == 0 && ready == static_cast<int>(size);
  }));
}

}  // namespace splicebench::testing
