// Whoever is killed, the guard leaves nothing of somebody else's relay.

#include <gtest/gtest.h>
#include <sched.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <vector>

#include "bench/testing/eventually.h"
#include "harness/foreign/foreign_link.h"
#include "harness/network/sockets.h"
#include "harness/system/process_tree.h"
#include "harness/testing/bad_relay.h"

namespace splicebench {
namespace {

using testing::eventually;
using testing::is_running;
using testing::plan_of;
using testing::PrivateDirectories;
using testing::soon;

/// A process that has started a relay, and those of guard and relay.
struct Started {
  pid_t starter = 0;
  pid_t root = 0;
  std::vector<pid_t> below;  ///< processes of the relay
};

Started started_apart(const std::string& fault, std::size_t processes) {
  SocketPair told = control_pair();
  Started started;
  started.starter = ::fork();
  if (started.starter == 0) {
    ForeignLink link(plan_of(fault, true), soon());
    const pid_t root = link.relay().root();
    if (::write(told.second.get(), &root, sizeof root) < 0) ::_exit(1);
    for (;;) ::pause();
  }
  EXPECT_EQ(::read(told.first.get(), &started.root, sizeof started.root),
            static_cast<ssize_t>(sizeof started.root));
  EXPECT_TRUE(eventually([&] {
    started.below = processes_below(started.root);
    return started.below.size() == processes;
  }));
  return started;
}

void end_starter(pid_t starter) {
  ::kill(starter, SIGKILL);
  int status = 0;
  ::waitpid(starter, &status, 0);
}

TEST(ForeignGuard, LeavesNothingWhenItsStarterIsKilled) {
  const PrivateDirectories directories;
  const Started started = started_apart("work", 2);
  end_starter(started.starter);
  for (const pid_t pid : started.below)
    EXPECT_TRUE(eventually([&] { return !is_running(pid); })) << pid;
  EXPECT_TRUE(eventually([&] { return !is_running(started.root); }));
  EXPECT_TRUE(eventually([&] { return directories.count() == 0; }));
}

TEST(ForeignGuard, InASessionOfItsOwnLeavesNothingWhenStarterAndGuardAreKilled) {
  const pid_t probe = ::fork();
  if (probe == 0) ::_exit(::unshare(CLONE_NEWPID) == 0 ? 0 : 1);
  int status = 0;
  ::waitpid(probe, &status, 0);
  if (status != 0) GTEST_SKIP() << "no PID namespace can be made here";

  const PrivateDirectories directories;
  const Started started = started_apart("background", 1);
  // Stopped, it can do nothing of what it would do when it sees the starter's end.
  ::kill(started.root, SIGSTOP);
  end_starter(started.starter);
  EXPECT_TRUE(is_running(started.below.front()));
  ::kill(started.root, SIGKILL);
  EXPECT_TRUE(eventually([&] { return !is_running(started.below.front()); }));
  EXPECT_TRUE(eventually([&] { return directories.count() == 0; }));
}

}  // namespace
}  // namespace splicebench
