// When an engine asks what the kernel has done with.

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/syscall.h>

#include <memory>
#include <string>
#include <vector>

#include "bench/testing/bytes.h"
#include "bench/testing/watched_calls.h"
#include "harness/engine/engine.h"
#include "harness/network/sockets.h"

namespace splicebench {
namespace {

TEST(Zerocopy, AsksWhatTheKernelHasDoneWithNotWhileItHasBuffers) {
  const SocketPair source = tcp_pair();
  const SocketPair sink = tcp_pair();
  const std::unique_ptr<Engine> engine = parse_mode("zerocopy:buffers=3,size=1KiB").make();
  engine->prepare(source.second.get(), sink.second.get());
  send_all(source.first, content(3 << 10));
  std::string all(3 << 10, '\0');
  ASSERT_EQ(::recv(source.second.get(), all.data(), all.size(), MSG_PEEK | MSG_WAITALL), 3 << 10);
  std::vector<int> made;
  const auto look = [&](const seccomp_notif& call) {
    made.push_back(call.data.nr);
    return 0;
  };
  testing::while_watched({SYS_read, SYS_sendto, SYS_recvmsg}, look,
                         [&] { EXPECT_EQ(engine->transfer(3 << 10).out, 3U << 10); });
  ASSERT_GE(made.size(), 7U);
  EXPECT_EQ((std::vector<int>{made.begin(), made.begin() + 7}),
            (std::vector<int>{SYS_read, SYS_sendto, SYS_read, SYS_sendto, SYS_read, SYS_sendto,
                              SYS_recvmsg}));
}

}  // namespace
}  // namespace splicebench
