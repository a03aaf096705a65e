// What a loop of many flows asks of engines and of their host, and when, with some that do as they
// are told.

#include <poll.h>
#include <sys/eventfd.h>
#include <sys/syscall.h>

#include <cerrno>
#include <thread>
#include <vector>

#include "bench/testing/bytes.h"
#include "bench/testing/refused_calls.h"
#include "bench/testing/thrown_by.h"
#include "harness/engine/flow_loop.h"
#include "harness/network/sockets.h"
#include "harness/testing/scripted_engine.h"

namespace splicebench {
namespace {

using testing::Says;
using Asked = std::vector<std::uint64_t>;
using Pairs = std::vector<std::pair<int, int>>;

class FlowLoopTurns : public ::testing::Test {
 protected:
  void make(std::size_t flows) {
    LoopSetting setting;
    setting.stop = &stop_;
    setting.tally = &tally_;
    loop_ = std::make_unique<FlowLoop>(Mode{"scripted", &info_, {}}, setting);
    for (std::size_t i = 0; i < flows; ++i) {
      sources_.push_back(tcp_pair());
      sinks_.push_back(tcp_pair());
      set_nonblocking(sources_.back().second.get());
      set_nonblocking(sinks_.back().second.get());
      pairs_.emplace_back(sources_.back().second.get(), sinks_.back().second.get());
      loop_->add(i, pairs_.back().first, pairs_.back().second);
    }
    loop_->get_ready();
  }
  void run(std::uint64_t each) {
    tally_.begin(each);
    loop_->run(each);
  }

  testing::Script script_;
  testing::HostScript host_;
  EngineInfo info_ = testing::scripted(script_);
  StopSign stop_;
  FlowTally tally_{2};
  std::vector<SocketPair> sources_;
  std::vector<SocketPair> sinks_;
  Pairs pairs_;
  std::unique_ptr<FlowLoop> loop_;
};

TEST_F(FlowLoopTurns, OfAHostMoveNothingBeforeTheyBeginAndCountWhatPassedUntilTheEnd) {
  const Fd own(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
  info_ = testing::hosted(script_, host_);
  script_.tells = true;
  script_.next = {Says::blocks(own.get(), POLLIN)};
  make(1);
  EXPECT_EQ(script_.had, pairs_);
  EXPECT_EQ(script_.asked, Asked{0});
  send_all(sources_[0].first, "x");
  script_.next = {Says::moves(4, 4), Says::blocks(own.get(), POLLIN, 3, 1, 2),
                  Says::moves(0, 1, 1)};
  host_.wait = [&](int other) {
    pollfd waiting{other, POLLIN, 0};
    EXPECT_EQ(::poll(&waiting, 1, 0), 0) << "of its flows the host alone tells";
    if (host_.waited.size() == 2) host_.whom.push_back(script_.whom);
    if (host_.waited.size() == 4) stop_.give();
    return stop_.is_given();
  };
  run(10);
  EXPECT_EQ(script_.asked, (Asked{0, 10, 6, 0}));
  EXPECT_EQ(host_.waited, (std::vector{0, -1, 0, -1})) << "no flow that can go on waits";
  EXPECT_EQ(host_.hushed, 1);
  EXPECT_EQ(loop_->outcome().in, 7U);
  EXPECT_EQ(loop_->outcome().out, 6U);
  EXPECT_EQ(loop_->outcome().left, 1U);
  EXPECT_EQ(tally_.of(0), 6U);
  EXPECT_EQ(loop_->calls().in, 4);
  EXPECT_EQ(loop_->calls().wait, 0) << "the host's waits are its engines' own";
}

TEST_F(FlowLoopTurns, AreOverForAllOnceOneSpoiltIt) {
  make(2);
  EXPECT_EQ(script_.had, Pairs{pairs_[0]}) << "what is needed in any case";
  for (const SocketPair& source : sources_) {
    send_all(source.first, "x");
    ASSERT_TRUE(wait_for_event(source.second, POLLIN));
  }
  script_.next = {Says::ends(3, 3)};
  run(10);
  EXPECT_EQ(script_.asked.size(), 1U) << "both could have gone on";
  EXPECT_EQ(loop_->outcome().ended, Ended::eof);
  EXPECT_EQ(loop_->outcome().in, 3U);
  EXPECT_EQ(tally_.total(), 3U);
}

TEST_F(FlowLoopTurns, WhoseLoopCannotBeHadSayWhy) {
  std::thread([this] {
    testing::refuse_call(SYS_epoll_ctl, ENOSPC);
    EXPECT_EQ(testing::thrown_by([this] { make(1); }), "watch an eventfd: No space left on device");
  }).join();
}

}  // namespace
}  // namespace splicebench
