// One direction of bytes: what is asked of its engine and when, with an engine that does as it is
// told.

#include <poll.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>

#include <cerrno>

#include "bench/testing/bytes.h"
#include "harness/engine/driver.h"
#include "harness/network/address.h"
#include "harness/network/sockets.h"
#include "harness/testing/scripted_engine.h"

namespace splicebench {
namespace {

using testing::Says;
using testing::Script;
using testing::ScriptedEngine;
using Asked = std::vector<std::uint64_t>;

TEST(FlowEnd, IsAsEachEventSays) {
  const SocketPair pair = unix_pair();
  struct Row {
    std::uint32_t events;
    bool readable, writable, urgent;
  };
  for (const Row& row : {Row{0, false, false, false}, Row{EPOLLIN, true, false, false},
                         Row{EPOLLRDHUP, true, false, false}, Row{EPOLLHUP, true, true, false},
                         Row{EPOLLERR, true, true, false}, Row{EPOLLOUT, false, true, false},
                         Row{EPOLLPRI, false, false, true}}) {
    FlowEnd end{.fd = pair.first.get()};
    end.note(row.events);
    EXPECT_EQ(end.readable, row.readable) << row.events;
    EXPECT_EQ(end.writable, row.writable) << row.events;
    EXPECT_EQ(end.urgent, row.urgent) << row.events;
    EXPECT_EQ(end.error, 0);
    FlowEnd before{.fd = pair.first.get(), .readable = true, .writable = true, .urgent = true};
    before.note(row.events);
    EXPECT_TRUE(before.readable && before.writable && before.urgent) << "what was known stays";
  }
}

TEST(FlowEnd, TakesAnErrorOffItsSocketOnceAndKeepsIt) {
  SocketPair pair = tcp_pair();
  close_with_reset(pair.first);
  ASSERT_TRUE(wait_for_event(pair.second, POLLIN));
  FlowEnd end{.fd = pair.second.get()};
  end.note(EPOLLIN | EPOLLOUT | EPOLLHUP | EPOLLRDHUP);
  EXPECT_EQ(end.error, 0) << "there may be bytes before it";
  end.note(EPOLLERR);
  EXPECT_EQ(end.error, ECONNRESET);
  FlowEnd later{.fd = pair.second.get()};
  EXPECT_EQ(later.take_error(), 0) << "it is gone from the socket";
  end.note(EPOLLERR);
  EXPECT_EQ(end.error, ECONNRESET);
  EXPECT_EQ(end.take_error(), ECONNRESET);
  FlowEnd nothing;
  EXPECT_EQ(nothing.take_error(), EBADF);
}

class FlowTest : public ::testing::Test {
 protected:
  FlowTest() { engine_.transfer(0); }  // what it did for others is not this flow's

  Flow::Turn run(std::uint64_t most = 7) { return flow_.run(most); }
  void say(std::initializer_list<Outcome> outcomes) {
    script_.next.assign(outcomes.begin(), outcomes.end());
    script_.asked.clear();
  }
  bool is_sink_ended() const {
    char byte = 0;
    return ::recv(sink_.first.get(), &byte, 1, MSG_DONTWAIT) == 0;
  }

  SocketPair source_ = unix_pair();
  SocketPair sink_ = unix_pair();
  Fd own_{::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)};
  FlowEnd from_{.fd = source_.second.get()};
  FlowEnd to_{.fd = sink_.second.get(), .writable = true};
  Script script_{.next = {Says::moves(0, 0)}};
  ScriptedEngine engine_{script_};
  Flow flow_{from_, to_, engine_};
};

TEST_F(FlowTest, AsksWhenTheSourceIsReadableUntilItIsNot) {
  say({Says::blocks(from_.fd, POLLIN)});
  EXPECT_EQ(flow_.awaited().fd, from_.fd);
  EXPECT_EQ(flow_.awaited().events, POLLIN);
  EXPECT_EQ(run(), Flow::Turn::waiting);
  EXPECT_EQ(script_.asked, Asked{});
  from_.note(EPOLLIN);
  EXPECT_EQ(run(), Flow::Turn::waiting);
  EXPECT_EQ(script_.asked, Asked{7});
  EXPECT_FALSE(from_.readable);
  EXPECT_TRUE(to_.writable);
  EXPECT_EQ(run(), Flow::Turn::waiting);
  EXPECT_EQ(script_.asked, Asked{7}) << "nothing has happened";
  say({Says::moves(7, 7), Says::moves(3, 3)});
  flow_.wake();
  EXPECT_EQ(run(), Flow::Turn::more);
  EXPECT_EQ(run(3), Flow::Turn::more);
  EXPECT_EQ(script_.asked, (Asked{7, 3}));
  EXPECT_EQ(flow_.outcome().in, 10U);
  EXPECT_EQ(flow_.outcome().out, 10U);
  EXPECT_EQ(flow_.moved().in, 10U);
  EXPECT_EQ(flow_.moved().out, 10U);
  EXPECT_EQ(flow_.moved().calls.in, 3) << "and none of those before";
}

TEST_F(FlowTest, WithBytesThatTheSinkDoesNotTakeWaitsForTheSinkAlone) {
  from_.readable = true;
  say({Says::blocks(to_.fd, POLLOUT, 7, 4, 3)});
  EXPECT_FALSE(flow_.is_blocked());
  EXPECT_EQ(run(), Flow::Turn::waiting);
  EXPECT_TRUE(flow_.is_blocked());
  EXPECT_FALSE(to_.writable);
  EXPECT_TRUE(from_.readable);
  EXPECT_EQ(flow_.awaited().fd, to_.fd);
  EXPECT_EQ(flow_.awaited().events, POLLOUT);
  EXPECT_EQ(run(), Flow::Turn::waiting);
  EXPECT_EQ(script_.asked, Asked{7});
  from_.readable = false;
  flow_.wake();
  EXPECT_TRUE(to_.writable);
  EXPECT_FALSE(from_.readable);
  EXPECT_FALSE(flow_.is_blocked());
  say({Says::moves(0, 1, 2), Says::moves(0, 2)});
  EXPECT_EQ(run(0), Flow::Turn::more);
  EXPECT_EQ(flow_.awaited().fd, to_.fd) << "it holds some";
  EXPECT_EQ(flow_.awaited().events, POLLOUT);
  EXPECT_EQ(flow_.outcome().left, 2U);
  EXPECT_EQ(run(0), Flow::Turn::more);
  EXPECT_EQ(flow_.awaited().fd, from_.fd);
  EXPECT_EQ(flow_.outcome().left, 0U);
  EXPECT_EQ(flow_.outcome().out, 7U);
}

TEST_F(FlowTest, WaitsForADescriptorOfTheEnginesOwnWhateverTheEndsSay) {
  from_.readable = true;
  say({Says::blocks(own_.get(), POLLIN, 5, 2, 3), Says::blocks(own_.get(), POLLIN, 0, 3),
       Says::ends()});
  EXPECT_FALSE(flow_.awaits_engine());
  EXPECT_EQ(run(), Flow::Turn::waiting);
  EXPECT_TRUE(flow_.awaits_engine());
  EXPECT_TRUE(from_.readable && to_.writable) << "nobody has said otherwise";
  EXPECT_EQ(run(), Flow::Turn::waiting);
  EXPECT_EQ(script_.asked, Asked{7});
  flow_.wake();
  from_.readable = to_.writable = false;
  EXPECT_EQ(run(), Flow::Turn::waiting);
  EXPECT_EQ(script_.asked, (Asked{7, 7}));
  EXPECT_EQ(run(), Flow::Turn::waiting) << "once for each time";
  from_.error = ECONNRESET;
  EXPECT_EQ(run(), Flow::Turn::waiting) << "its engine may have bytes of it";
  EXPECT_EQ(script_.asked, (Asked{7, 7}));
  from_.error = 0;
  flow_.wake();
  EXPECT_EQ(run(), Flow::Turn::ended);
  EXPECT_FALSE(from_.readable || to_.writable);
}

TEST_F(FlowTest, WaitsForDescriptorZeroAsForAnother) {
  from_.readable = true;
  say({Says::blocks(0, POLLOUT)});
  EXPECT_EQ(run(), Flow::Turn::waiting);
  EXPECT_TRUE(flow_.awaits_engine());
  EXPECT_EQ(flow_.awaited().fd, 0);
  EXPECT_EQ(flow_.awaited().events, POLLOUT);
}

TEST_F(FlowTest, EndsWithItsSourceAndPassesThatOnIfItIsTold) {
  from_.readable = true;
  say({Says::ends(2, 2)});
  EXPECT_EQ(run(), Flow::Turn::ended);
  EXPECT_TRUE(flow_.has_ended());
  EXPECT_FALSE(is_sink_ended());
  to_.error = EPIPE;
  EXPECT_EQ(run(), Flow::Turn::ended) << "and stays so";
  EXPECT_EQ(script_.asked, Asked{7});
  EXPECT_EQ(flow_.outcome().out, 2U);

  FlowEnd to{.fd = sink_.second.get()};
  Flow other(from_, to, engine_);
  other.pass_end_on();
  say({Says::ends()});
  EXPECT_EQ(other.run(1), Flow::Turn::ended);
  EXPECT_TRUE(is_sink_ended());
}

TEST_F(FlowTest, OfABrokenSourceFirstDeliversAndThenFails) {
  from_.note(EPOLLIN);
  from_.error = ECONNRESET;
  say({Says::moves(7, 7), Says::blocks(to_.fd, POLLOUT, 3, 1, 2)});
  EXPECT_EQ(run(), Flow::Turn::more);
  EXPECT_EQ(run(), Flow::Turn::failed) << "it waits for no peer";
  EXPECT_EQ(flow_.outcome().ended, Ended::error);
  EXPECT_EQ(flow_.outcome().side, Side::source);
  EXPECT_EQ(flow_.outcome().error, ECONNRESET);
  EXPECT_EQ(flow_.outcome().in, 10U);
  EXPECT_EQ(flow_.outcome().left, 2U);

  // Its end is no end.
  Flow other(from_, to_, engine_);
  other.pass_end_on();
  say({Says::ends()});
  EXPECT_EQ(other.run(1), Flow::Turn::failed);
  EXPECT_EQ(other.outcome().side, Side::source);
  EXPECT_FALSE(other.has_ended());
  EXPECT_FALSE(is_sink_ended());

  from_.readable = false;
  Flow third(from_, to_, engine_);
  say({});
  EXPECT_EQ(third.run(1), Flow::Turn::failed) << "there is nothing to deliver";
  EXPECT_EQ(third.outcome().error, ECONNRESET);
}

TEST_F(FlowTest, FailsWithItsSinkAndCountsWhatItsEngineHad) {
  from_.readable = true;
  say({Says::moves(7, 5, 2)});
  EXPECT_EQ(run(), Flow::Turn::more);
  to_.error = EPIPE;
  say({Says::moves(1, 2, 1)});
  EXPECT_EQ(run(), Flow::Turn::failed);
  EXPECT_EQ(script_.asked, Asked{0}) << "it takes nothing more";
  EXPECT_EQ(flow_.outcome().ended, Ended::error);
  EXPECT_EQ(flow_.outcome().side, Side::sink);
  EXPECT_EQ(flow_.outcome().error, EPIPE);
  EXPECT_EQ(flow_.outcome().in, 8U);
  EXPECT_EQ(flow_.outcome().out, 7U);
  EXPECT_EQ(flow_.outcome().left, 1U);
}

TEST_F(FlowTest, FailsAsItsEngineSays) {
  for (const Side side : {Side::source, Side::sink}) {
    Flow flow(from_, to_, engine_);
    from_.readable = true;
    say({Says::breaks(side, EIO, 4)});
    EXPECT_EQ(flow.run(1), Flow::Turn::failed);
    EXPECT_EQ(flow.outcome().ended, Ended::error);
    EXPECT_EQ(flow.outcome().side, side);
    EXPECT_EQ(flow.outcome().error, EIO);
    EXPECT_EQ(flow.outcome().left, 4U);
  }
}

TEST_F(FlowTest, OnTheTrailOfUrgentDataAsksAFewTimesMore) {
  for (int time = 0; time < 2; ++time) {
    from_.note(EPOLLIN | EPOLLPRI);
    say({});
    for (int i = 0; i < 5; ++i) script_.next.push_back(Says::blocks(from_.fd, POLLIN));
    for (int i = 0; i < 4; ++i) {
      EXPECT_EQ(run(), Flow::Turn::more) << i;
      EXPECT_TRUE(from_.readable);
    }
    EXPECT_EQ(run(), Flow::Turn::waiting);
    EXPECT_FALSE(from_.readable);
    EXPECT_FALSE(from_.urgent);
    EXPECT_EQ(run(), Flow::Turn::waiting);
    EXPECT_EQ(script_.asked.size(), 5U);
  }
}

}  // namespace
}  // namespace splicebench
