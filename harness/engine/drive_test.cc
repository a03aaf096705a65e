// Who waits for what, and how often an engine is asked, with engines that do as they are told.

#include <poll.h>
#include <sys/eventfd.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <thread>

#include "bench/testing/bytes.h"
#include "bench/testing/watched_calls.h"
#include "harness/engine/driver.h"
#include "harness/network/sockets.h"
#include "harness/testing/scripted_engine.h"

namespace splicebench {
namespace {

using testing::Says;
using testing::Script;
using testing::ScriptedEngine;
using Asked = std::vector<std::uint64_t>;

/// Two sockets, of which somebody else has the other ends.
struct Ends {
  SocketPair source = unix_pair();
  SocketPair sink = unix_pair();

  int from() const { return source.second.get(); }
  int to() const { return sink.second.get(); }
};

class DriveTest : public ::testing::Test {
 protected:
  Outcome drive_by(std::initializer_list<Outcome> says, std::uint64_t limit,
                   std::uint64_t turn = kNoLimit) {
    script_.next.assign(says.begin(), says.end());
    script_.asked.clear();
    return drive(engine_, ends_.from(), ends_.to(), limit, turn);
  }

  Ends ends_;
  Script script_;
  ScriptedEngine engine_{script_};
};

TEST_F(DriveTest, AsksForWhatIsLeftOfItsLimitTurnByTurn) {
  const Outcome outcome =
      drive_by({Says::moves(4, 4), Says::moves(4, 4), Says::moves(2, 2)}, 10, 4);
  EXPECT_EQ(script_.asked, (Asked{4, 4, 2}));
  EXPECT_EQ(outcome.ended, Ended::limit);
  EXPECT_EQ(outcome.in, 10U);
  EXPECT_EQ(outcome.out, 10U);
  EXPECT_EQ(engine_.calls().wait, 0);
  drive_by({Says::moves(0, 0)}, 0);
  EXPECT_EQ(script_.asked, Asked{0});
}

TEST_F(DriveTest, WaitsForNobodyWhoHasNotSaidThatHeCannotGoOn) {
  EXPECT_EQ(drive_by({Says::moves(4, 2, 2), Says::moves(2, 4)}, 6, 4).out, 6U);
  EXPECT_EQ(engine_.calls().wait, 0);
}

TEST_F(DriveTest, IsDoneWhereTheEngineTookMoreThanItWasAsked) {
  EXPECT_EQ(drive_by({Says::moves(12, 12)}, 10).in, 12U);
  EXPECT_EQ(script_.asked, Asked{10});
  // It took them before it had delivered them.
  EXPECT_EQ(drive_by({Says::blocks(ends_.to(), POLLOUT, 12, 4, 8), Says::moves(0, 8)}, 10).out,
            12U);
  EXPECT_EQ(script_.asked, (Asked{10, 0}));
}

TEST_F(DriveTest, WaitsForTheEndThatTheEngineNames) {
  send_all(ends_.source.first, "x");  // only this one is ever ready
  EXPECT_EQ(drive_by({Says::blocks(ends_.from(), POLLIN),
                      Says::blocks(ends_.to(), POLLOUT, 3, 0, 3), Says::moves(1, 4)},
                     4)
                .out,
            4U);
  EXPECT_EQ(script_.asked, (Asked{4, 4, 1}));
  EXPECT_EQ(engine_.calls().wait, 2);
  EXPECT_EQ(script_.awaited, 0);
}

TEST_F(DriveTest, WaitsForWhatIsTheEnginesOwnAsItCan) {
  const Fd own(::eventfd(1, EFD_CLOEXEC));
  const Fd never(::eventfd(0, EFD_CLOEXEC));
  drive_by({Says::blocks(own.get(), POLLIN), Says::ends()}, 4);
  EXPECT_EQ(script_.awaited, 1) << "it is asked, and then polled for";
  script_.can_wait = true;
  drive_by({Says::blocks(never.get(), POLLIN), Says::ends()}, 4);
  EXPECT_EQ(script_.awaited, 2);
  EXPECT_EQ(engine_.calls().wait, 2);
}

TEST_F(DriveTest, EndsAsTheEngineDoes) {
  EXPECT_EQ(drive_by({Says::moves(4, 4), Says::ends(1, 1)}, 10, 4).ended, Ended::eof);
  const Outcome broken = drive_by({Says::breaks(Side::sink, EIO, 3)}, 10);
  EXPECT_EQ(broken.ended, Ended::error);
  EXPECT_EQ(broken.side, Side::sink);
  EXPECT_EQ(broken.error, EIO);
  EXPECT_EQ(broken.left, 3U);
}

class BothWaysTest : public ::testing::Test {
 protected:
  bool drive_by(std::initializer_list<Outcome> up, std::initializer_list<Outcome> down) {
    up_script_ = {};
    down_script_ = {};
    up_script_.next.assign(up.begin(), up.end());
    down_script_.next.assign(down.begin(), down.end());
    FlowEnd client{.fd = ends_.from(), .readable = true, .writable = true};
    FlowEnd server{.fd = ends_.to(), .readable = true, .writable = true};
    Flow there(client, server, up_);
    Flow back(server, client, down_);
    there.pass_end_on();
    back.pass_end_on();
    return drive_both_ways(there, back);
  }

  Ends ends_;
  Script up_script_;
  Script down_script_;
  ScriptedEngine up_{up_script_};
  ScriptedEngine down_{down_script_};
};

TEST_F(BothWaysTest, EndWhenBothHaveEnded) {
  EXPECT_TRUE(drive_by({Says::ends()}, {Says::moves(3, 3), Says::moves(3, 3), Says::ends()}));
  EXPECT_EQ(up_script_.asked, Asked{kTurnBytes});
  EXPECT_EQ(down_script_.asked, (Asked{kTurnBytes, kTurnBytes, kTurnBytes}));
}

TEST_F(BothWaysTest, FailWithEither) {
  EXPECT_FALSE(drive_by({Says::breaks(Side::sink, EIO)}, {Says::ends()}));
  EXPECT_FALSE(drive_by({Says::ends()}, {Says::breaks(Side::source, EIO)}));
}

TEST_F(BothWaysTest, OneThatHasMoreToDoIsNotHeldUpByOneThatWaits) {
  // Whose source stays empty until that has ended.
  std::thread owner([this] {
    EXPECT_EQ(receive(ends_.sink.first, 1), "") << "the end of the way there";
    send_all(ends_.sink.first, "x");
  });
  EXPECT_TRUE(drive_by({Says::moves(3, 3), Says::moves(3, 3), Says::ends()},
                       {Says::blocks(ends_.to(), POLLIN), Says::moves(1, 1), Says::ends()}));
  owner.join();
  EXPECT_EQ(down_script_.asked.size(), 3U) << "it is asked when it can go on";
}

#ifdef SYS_poll
TEST_F(BothWaysTest, LooksAtWhoWaitsAndDoesNotWaitWhileTheOtherHasMoreToDo) {
  const Fd own(::eventfd(0, EFD_CLOEXEC));
  std::vector<int> milliseconds;
  const auto look = [&](const seccomp_notif& call) {
    milliseconds.push_back(static_cast<int>(call.data.args[2]));
    const std::uint64_t one = 1;
    if (milliseconds.back() < 0) {
      EXPECT_EQ(::write(own.get(), &one, sizeof one), 8);
    }
    return 0;
  };
  testing::while_watched({SYS_poll}, look, [&] {
    EXPECT_TRUE(drive_by({Says::moves(3, 3), Says::moves(3, 3), Says::ends()},
                         {Says::blocks(own.get(), POLLIN), Says::ends()}));
  });
  EXPECT_EQ(milliseconds, (std::vector<int>{0, 0, -1}));
}
#endif

TEST_F(BothWaysTest, TheOneIsWokenThatCanGoOn) {
  send_all(ends_.source.first, "x");
  std::thread owner([this] {
    EXPECT_EQ(receive(ends_.sink.first, 1), "");
    send_all(ends_.sink.first, "x");
  });
  const Outcome again = Says::blocks(ends_.from(), POLLIN);
  EXPECT_TRUE(drive_by({again, again, again, Says::ends()},
                       {Says::blocks(ends_.to(), POLLIN), Says::ends()}));
  owner.join();
  EXPECT_EQ(up_script_.asked.size(), 4U);
  EXPECT_EQ(down_script_.asked.size(), 2U);
}

}  // namespace
}  // namespace splicebench
