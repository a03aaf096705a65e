// Engines that are lent to one flow after another.

#include "harness/engine/engine_pool.h"

#include <poll.h>
#include <sys/socket.h>

#include <cerrno>

#include "bench/testing/bytes.h"
#include "harness/engine/driver.h"
#include "harness/network/sockets.h"
#include "harness/testing/scripted_engine.h"

namespace splicebench {
namespace {

using testing::Says;
using testing::Script;
using Pairs = std::vector<std::pair<int, int>>;

class EnginePoolTest : public ::testing::Test {
 protected:
  std::unique_ptr<EnginePool> make() {
    return std::make_unique<EnginePool>(Mode{"scripted", &info_, {}},
                                        [this](const Engine&) { ++made_; });
  }

  static void lend_at_once(EnginePool& pool, std::size_t count) {
    std::vector<std::unique_ptr<Engine>> lent(count);
    for (std::unique_ptr<Engine>& engine : lent) engine = pool.lend(1, 2);
    for (std::unique_ptr<Engine>& engine : lent) pool.give_back(std::move(engine));
  }

  Script script_;
  EngineInfo info_ = testing::scripted(script_);
  int made_ = 0;
};

TEST_F(EnginePoolTest, LendsTheWarmest) {
  const std::unique_ptr<EnginePool> pool = make();
  EXPECT_FALSE(pool->has_idle());
  std::vector<std::unique_ptr<Engine>> lent;
  for (int i = 0; i < 20; ++i) lent.push_back(pool->lend(i, 100 + i));
  EXPECT_EQ(script_.had.size(), 20U);
  EXPECT_EQ(script_.had.back(), std::pair(19, 119));
  EXPECT_EQ(made_, 20);
  EXPECT_EQ(pool->most_lent(), 20);
  EXPECT_FALSE(pool->has_idle());
  std::vector<const Engine*> order;
  for (std::unique_ptr<Engine>& one : lent) {
    order.push_back(one.get());
    pool->give_back(std::move(one));
  }
  EXPECT_EQ(script_.gone, 0) << "all may be needed again";
  EXPECT_TRUE(pool->has_idle());
  const std::unique_ptr<Engine> last = pool->lend(5, 6);
  EXPECT_EQ(last.get(), order[19]);
  const std::unique_ptr<Engine> before = pool->lend(7, 8);
  EXPECT_EQ(before.get(), order[18]);
  EXPECT_EQ(script_.had_again, (Pairs{{5, 6}, {7, 8}}));
  EXPECT_EQ(script_.had.size(), 20U) << "neither is made anew";
  EXPECT_EQ(made_, 20);
  EXPECT_EQ(pool->most_lent(), 20) << "at once";
  pool->clear();
  EXPECT_FALSE(pool->has_idle());
  EXPECT_EQ(script_.gone, 18) << "but the two that are lent";
}

TEST_F(EnginePoolTest, MakesNoneAnewForAsLongAsTheyAreNeeded) {
  const std::unique_ptr<EnginePool> pool = make();
  for (int i = 0; i < 100; ++i) lend_at_once(*pool, 64);
  EXPECT_EQ(made_, 64);
  EXPECT_EQ(pool->most_lent(), 64);
}

TEST_F(EnginePoolTest, EndsAfterABurstWhatNobodyNeedsAnyMore) {
  const std::unique_ptr<EnginePool> pool = make();
  lend_at_once(*pool, 100);
  for (int i = 0; i < 1000; ++i) lend_at_once(*pool, 3);
  EXPECT_EQ(script_.gone, 97);
  lend_at_once(*pool, 100);
  EXPECT_EQ(made_, 100 + 97);
  EXPECT_EQ(pool->most_lent(), 100);
}

TEST_F(EnginePoolTest, EndsThemWhenSoManyLendingsDidWithoutThem) {
  const std::unique_ptr<EnginePool> pool = make();
  lend_at_once(*pool, 100);
  // The burst is over in the first 1024 that are lent again.
  for (int i = 0; i < 2 * 1024 - 1; ++i) lend_at_once(*pool, 1);
  EXPECT_EQ(script_.gone, 0);
  lend_at_once(*pool, 1);
  EXPECT_EQ(script_.gone, 99);
}

TEST_F(EnginePoolTest, HasOneHostForAllAsLongAsSomeAreLent) {
  testing::HostScript host;
  int asked = 0;
  info_.make_host = [&](const EngineValues&) {
    ++asked;
    return std::make_unique<testing::ScriptedHost>(script_, host);
  };
  const std::unique_ptr<EnginePool> pool = make();
  EXPECT_TRUE(pool->lends_early());
  EXPECT_EQ(pool->host(), nullptr);
  std::unique_ptr<Engine> one = pool->lend(1, 2);
  std::unique_ptr<Engine> other = pool->lend(3, 4);
  EXPECT_EQ(asked, 1);
  EXPECT_NE(pool->host(), nullptr);
  EXPECT_EQ(pool->most_lent(), 77) << "as it says itself";
  EXPECT_FALSE(pool->has_idle());
  pool->give_back(std::move(one));
  pool->clear();
  EXPECT_EQ(host.there, 1);
  pool->give_back(std::move(other));
  EXPECT_TRUE(pool->has_idle());
  pool->clear();
  EXPECT_EQ(host.there, 0);
  EXPECT_EQ(pool->host(), nullptr);
  EXPECT_FALSE(pool->has_idle());
  pool->lend(1, 2);
  EXPECT_EQ(asked, 2);
  pool->forget();
  pool->clear();
  EXPECT_EQ(host.there, 0) << "one that failed is none that is lent";
}

TEST_F(EnginePoolTest, DoesWithoutAHostThatCannotBeHad) {
  int asked = 0;
  info_.make_host = [&](const EngineValues&) {
    ++asked;
    return std::unique_ptr<EngineHost>();
  };
  const std::unique_ptr<EnginePool> pool = make();
  const std::unique_ptr<Engine> one = pool->lend(1, 2);
  const std::unique_ptr<Engine> other = pool->lend(3, 4);
  EXPECT_EQ(asked, 1);
  EXPECT_EQ(pool->host(), nullptr);
  EXPECT_FALSE(pool->lends_early());
  EXPECT_EQ(pool->most_lent(), 2);
}

/// Flows that borrow.
class BorrowingTest : public EnginePoolTest {
 protected:
  struct Line {
    explicit Line(EnginePool& pool) : flow(from, to, pool) {}
    SocketPair source = unix_pair();
    SocketPair sink = unix_pair();
    FlowEnd from{.fd = source.second.get(), .readable = true, .writable = true};
    FlowEnd to{.fd = sink.second.get(), .readable = true, .writable = true};
    Flow flow;
    std::pair<int, int> pair() const { return {from.fd, to.fd}; }
  };

  void say(std::initializer_list<Outcome> outcomes) {
    script_.next.assign(outcomes.begin(), outcomes.end());
  }
};

TEST_F(BorrowingTest, TakeOneWhenBytesWaitAndGiveItBackWhenNoneDo) {
  const std::unique_ptr<EnginePool> pool = make();
  Line one(*pool);
  Line other(*pool);
  one.from.readable = false;
  EXPECT_EQ(one.flow.run(9), Flow::Turn::waiting);
  EXPECT_EQ(script_.had, Pairs{});
  one.from.readable = true;
  say({Says::blocks(one.from.fd, POLLIN, 4, 4), Says::moves(9, 9),
       Says::blocks(other.from.fd, POLLIN)});
  EXPECT_EQ(one.flow.run(9), Flow::Turn::waiting);
  EXPECT_EQ(script_.had, Pairs{one.pair()});
  EXPECT_EQ(other.flow.run(9), Flow::Turn::more);
  EXPECT_EQ(script_.had_again, Pairs{other.pair()}) << "the same one";
  EXPECT_EQ(other.flow.run(9), Flow::Turn::waiting);
  EXPECT_EQ(script_.had_again, (Pairs{other.pair(), other.pair()})) << "given back after each turn";
  EXPECT_EQ(pool->most_lent(), 1);
  EXPECT_EQ(one.flow.moved().calls.in, 1);
  EXPECT_EQ(other.flow.moved().calls.in, 2);
}

TEST_F(BorrowingTest, KeepItWhileItHoldsBytesOrStays) {
  const std::unique_ptr<EnginePool> pool = make();
  Line holds(*pool);
  Line owed(*pool);
  Line next(*pool);
  say({Says::blocks(holds.to.fd, POLLOUT, 4, 1, 3), Says::moves(5, 5),
       Says::blocks(owed.from.fd, POLLIN), Says::moves(1, 1)});
  EXPECT_EQ(holds.flow.run(9), Flow::Turn::waiting);
  script_.stays = true;
  EXPECT_EQ(owed.flow.run(9), Flow::Turn::more);
  EXPECT_EQ(owed.flow.run(9), Flow::Turn::waiting);
  EXPECT_EQ(next.flow.run(9), Flow::Turn::more);
  EXPECT_EQ(script_.had, (Pairs{holds.pair(), owed.pair(), next.pair()}));
  EXPECT_EQ(script_.had_again, Pairs{});
  EXPECT_FALSE(pool->has_idle());
  script_.stays = false;
  say({Says::moves(1, 1), Says::moves(1, 1)});
  owed.from.readable = true;
  EXPECT_EQ(owed.flow.run(9), Flow::Turn::more);
  EXPECT_EQ(next.flow.run(9), Flow::Turn::more);
  EXPECT_TRUE(pool->has_idle());
  pool->clear();
  EXPECT_EQ(script_.gone, 2);
}

TEST_F(BorrowingTest, TakeItWithThemWhenTheyFail) {
  const std::unique_ptr<EnginePool> pool = make();
  Line broken(*pool);
  Line next(*pool);
  Line third(*pool);
  say({Says::breaks(Side::sink, EIO, 4), Says::moves(1, 1), Says::moves(1, 1)});
  EXPECT_EQ(broken.flow.run(9), Flow::Turn::failed);
  EXPECT_EQ(script_.gone, 1) << "what it holds reaches nobody";
  EXPECT_FALSE(pool->has_idle());
  next.flow.run(9);
  EXPECT_EQ(script_.had.size(), 2U);
  third.flow.run(9);
  EXPECT_EQ(script_.had.size(), 2U);
  EXPECT_EQ(pool->most_lent(), 1);
  // And one that never had any.
  Line never(*pool);
  never.to.error = EPIPE;
  EXPECT_EQ(never.flow.run(9), Flow::Turn::failed);
  EXPECT_EQ(never.flow.outcome().error, EPIPE);
  say({Says::moves(1, 1)});
  Line fourth(*pool);
  fourth.flow.run(9);
  EXPECT_EQ(pool->most_lent(), 1);
}

TEST_F(BorrowingTest, GiveItBackAtTheirEndWhichTheyPassOn) {
  const std::unique_ptr<EnginePool> pool = make();
  Line line(*pool);
  say({Says::ends(3, 3)});
  EXPECT_EQ(line.flow.run(9), Flow::Turn::ended);
  EXPECT_EQ(receive(line.sink.first, 1), "") << "passed on";
  EXPECT_TRUE(pool->has_idle());
}

TEST_F(BorrowingTest, HaveOneFromTheFirstTurnToTheEndWhereItIsNeededEarly) {
  info_.needs_both_early = true;
  const std::unique_ptr<EnginePool> pool = make();
  Line line(*pool);
  line.from.readable = false;
  EXPECT_EQ(line.flow.run(9), Flow::Turn::waiting);
  EXPECT_EQ(script_.had, Pairs{line.pair()});
  line.from.readable = true;
  say({Says::blocks(line.from.fd, POLLIN), Says::ends()});
  EXPECT_EQ(line.flow.run(9), Flow::Turn::waiting);
  EXPECT_FALSE(pool->has_idle());
  line.from.readable = true;
  EXPECT_EQ(line.flow.run(9), Flow::Turn::ended);
  EXPECT_TRUE(pool->has_idle());
}

TEST_F(BorrowingTest, KeepItOnTheTrailOfUrgentData) {
  const std::unique_ptr<EnginePool> pool = make();
  Line line(*pool);
  say({Says::moves(9, 9), Says::blocks(line.from.fd, POLLIN), Says::moves(9, 9)});
  line.from.urgent = true;
  EXPECT_EQ(line.flow.run(9), Flow::Turn::more);
  EXPECT_EQ(line.flow.run(9), Flow::Turn::more);
  EXPECT_FALSE(pool->has_idle());
  line.from.urgent = false;
  EXPECT_EQ(line.flow.run(9), Flow::Turn::more);
  EXPECT_TRUE(pool->has_idle());
}

TEST_F(BorrowingTest, AskNothingOfItOnceTheyFailed) {
  const std::unique_ptr<EnginePool> pool = make();
  Line line(*pool);
  say({Says::breaks(Side::source, EIO, 4)});
  EXPECT_EQ(line.flow.run(9), Flow::Turn::failed);
  line.flow.take_account();
  EXPECT_EQ(script_.asked.size(), 1U);
  EXPECT_EQ(line.flow.outcome().left, 4U);
}

}  // namespace
}  // namespace splicebench
