// How often the relay of many asks for another connection.

#include <gtest/gtest.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <vector>

#include "bench/testing/relaying.h"
#include "bench/testing/watched_calls.h"
#include "harness/system/process.h"

namespace splicebench {
namespace {

/// When the relay asked while `count` connections were made through it, one after the other; the
/// first time it is told `error`, if that is one. Seconds.
std::vector<double> accepting(int count, int error = 0) {
  std::vector<double> asked;
  std::atomic<pid_t> own = 0;
  const auto look = [&](const seccomp_notif& call) {
    if (static_cast<pid_t>(call.pid) == own) return 0;
    asked.push_back(monotonic_seconds());
    return asked.size() == 1 ? error : 0;
  };
  testing::while_watched({SYS_accept4}, look, [&] {
    own = ::gettid();
    const Listener target(loopback_address(0), "target");
    Relaying relay("splice", ":0", target.address());
    for (int i = 0; i < count; ++i) expect_open(open_through(relay, target));
  });
  return asked;
}

TEST(ProxyAccepting, AsksOnceMoreThanThereAre) { EXPECT_LE(accepting(3).size(), 6U); }

TEST(ProxyAccepting, RestsForATenthOfASecondWhereTheSystemHasNoRoom) {
  for (const int error : {ENFILE, ENOBUFS, ENOMEM}) {
    const std::vector<double> asked = accepting(1, error);
    ASSERT_GE(asked.size(), 2U);
    EXPECT_GE(asked[1] - asked[0], 0.1) << error;
  }
}

}  // namespace
}  // namespace splicebench
