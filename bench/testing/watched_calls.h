#pragma once

// For tests: system calls that the test sees before they are made (SECCOMP_RET_USER_NOTIF, Linux
// 5.5, seccomp(2)).

#include <gtest/gtest.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstddef>
#include <functional>
#include <future>
#include <thread>
#include <vector>

#include "results/files/fd.h"

namespace splicebench::testing {

/// Of the thread `call.pid`, which waits meanwhile. 0: it is made; errno: it fails with that.
using LookAtCall = std::function<int(const seccomp_notif& call)>;

/// From now on such calls (SYS_...) of this thread, and of all that it starts, wait for who has the
/// descriptor.
inline Fd watch_calls(const std::vector<unsigned>& calls) {
  std::vector<sock_filter> program{BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, nr))};
  for (const unsigned call : calls) {
    program.push_back(BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, call, 0, 1));
    program.push_back(BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_USER_NOTIF));
  }
  program.push_back(BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW));
  const sock_fprog filter{static_cast<unsigned short>(program.size()), program.data()};
  ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
  return Fd(static_cast<int>(
      ::syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_NEW_LISTENER, &filter)));
}

/// Does `things` in a thread of their own, of whose `calls`, and of those of all that it starts,
/// each is looked at. Ends when all of these have.
inline void while_watched(const std::vector<unsigned>& calls, const LookAtCall& look,
                          const std::function<void()>& things) {
  std::promise<Fd> told;
  std::thread thread([&] {
    told.set_value(watch_calls(calls));
    things();
  });
  const Fd listener = told.get_future().get();
  EXPECT_TRUE(listener) << errno;
  pollfd waiting{listener.get(), POLLIN, 0};
  while (listener && ::poll(&waiting, 1, -1) >= 0 && (waiting.revents & POLLIN) != 0) {
    seccomp_notif call{};
    if (::ioctl(listener.get(), SECCOMP_IOCTL_NOTIF_RECV, &call) != 0) continue;
    seccomp_notif_resp answer{};
    answer.id = call.id;
    answer.error = -look(call);
    answer.flags = answer.error == 0 ? SECCOMP_USER_NOTIF_FLAG_CONTINUE : 0;
    ::ioctl(listener.get(), SECCOMP_IOCTL_NOTIF_SEND, &answer);
  }
  thread.join();
}

}  // namespace splicebench::testing
