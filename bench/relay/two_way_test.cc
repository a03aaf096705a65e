// The relay's process of a ping.

#include <sched.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include "bench/testing/scripted_relay.h"
#include "harness/network/address.h"
#include "harness/wire/ping_control.h"

namespace splicebench {
namespace {

class TwoWayProcess : public testing::ScriptedRelay {
 protected:
  /// Between two sockets of TCP; why it is not ready.
  std::string begin(const std::string& mode) {
    start({EndKind::tcp, EndKind::tcp}, 1, {"two-way"});
    TwoWayTask task;
    mode.copy(task.mode.data(), task.mode.size() - 1);
    task.cpus = cpus_;
    say(control_.first, task);
    ready_ = hear_ready();
    return text_of(ready_.error);
  }

  Fd& client() { return sources_[0].first; }
  Fd& server() { return sinks_[0].first; }
  int status() { return WEXITSTATUS(relay_->wait()); }

  RelayReady ready_;
  cpu_set_t cpus_{};
};

TEST_F(TwoWayProcess, RelaysBothWaysUntilBothHaveEnded) {
  for (const char* const mode : {"generic", "splice:pipe=64KiB", "uring"}) {
    if (!parse_mode(mode).engine->why_unavailable().empty()) continue;
    EXPECT_EQ(begin(mode), "");
    EXPECT_FALSE(granted_in(ready_).empty());
    for (int i = 0; i < 3; ++i) {
      send_all(client(), "there");
      EXPECT_EQ(receive(server(), 5), "there");
      send_all(server(), "back");
      EXPECT_EQ(receive(client(), 4), "back");
    }
    ::shutdown(server().get(), SHUT_WR);
    EXPECT_EQ(receive(client(), 1), "") << "passed on";
    send_all(client(), "still");
    EXPECT_EQ(receive(server(), 5), "still");
    ::shutdown(client().get(), SHUT_WR);
    EXPECT_EQ(receive(server(), 1), "");
    EXPECT_EQ(status(), 0);
  }
}

TEST_F(TwoWayProcess, SaysByItsStatusThatASocketFailed) {
  for (const bool is_client : {true, false}) {
    EXPECT_EQ(begin("generic"), "");
    close_with_reset(is_client ? client() : server());
    EXPECT_EQ(status(), 1);
  }
}

TEST_F(TwoWayProcess, SaysWhatEngineItCannotHaveAndRunsWhereItIsTold) {
  EXPECT_EQ(begin("warp").substr(0, 32), "--modes: there is no engine 'war");
  EXPECT_EQ(status(), 0) << "it was told";
  cpu_set_t allowed;
  ::sched_getaffinity(0, sizeof allowed, &allowed);
  std::size_t one = 0;
  while (!CPU_ISSET(one, &allowed)) ++one;
  CPU_ZERO(&cpus_);
  CPU_SET(one, &cpus_);
  EXPECT_EQ(begin("generic"), "");
  cpu_set_t here;
  ASSERT_EQ(::sched_getaffinity(relay_->pid(), sizeof here, &here), 0);
  EXPECT_TRUE(CPU_EQUAL(&here, &cpus_));
  control_.first.reset();
  client().reset();
  server().reset();
  EXPECT_EQ(status(), 0);
}

}  // namespace
}  // namespace splicebench
