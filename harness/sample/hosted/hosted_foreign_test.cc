// Samples through somebody else's relay that an agent starts; bench/testing/bad_relay.py plays it.

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <iterator>
#include <memory>
#include <utility>

#include "bench/testing/eventually.h"
#include "harness/network/socket_settings.h"
#include "harness/testing/bad_relay.h"
#include "harness/testing/hosted_sample.h"

namespace splicebench {
namespace {

using testing::HostedSample;

/// Hosts, and how often their relay was asked what is known of it.
class AskedHosts : public Hosts {
 public:
  explicit AskedHosts(Hosts& real) : real_(real) {}

  Host& host(Role role) override { return real_.host(role); }
  bool apart(Role role) const override { return real_.apart(role); }
  std::unique_ptr<HostListener> listen(Role role, const SocketSettings& sockets,
                                       std::size_t connections) override {
    return real_.listen(role, sockets, connections);
  }
  std::unique_ptr<HostRelay> start_relay(const RelayWish& wish, const Address& target) override {
    return std::make_unique<Asked>(real_.start_relay(wish, target), asked);
  }
  void try_start(const RelayWish& wish) override { real_.try_start(wish); }
  void try_half_close(const RelayWish& wish) override { real_.try_half_close(wish); }
  void revive() override { real_.revive(); }

  int asked = 0;

 private:
  class Asked : public HostRelay {
   public:
    Asked(std::unique_ptr<HostRelay> real, int& asked)
        : HostRelay({real->root(), real->listens_on()}), real_(std::move(real)), asked_(asked) {}

    int ended() const override { return real_->ended(); }
    TreeUsage usage() override { return real_->usage(); }
    RelayFacts facts() override {
      ++asked_;
      return real_->facts();
    }
    std::string how_it_ended() override { return real_->how_it_ended(); }

   private:
    std::unique_ptr<HostRelay> real_;
    int& asked_;
  };

  Hosts& real_;
};

TEST_F(HostedSample, AsksTheHostOfSomebodyElsesRelayForNothingThatItDoesNotTell) {
  reach({});
  AskedHosts hosts(*hosts_);
  setting_.hosts = &hosts;
  const RelayCommand relay = testing::bad_relay("many");
  plan_.relay = &relay;
  EXPECT_EQ(visit({plan_})[0].error, "");
  EXPECT_EQ(hosts.asked, 0);
  plan_.flows = 2;
  EXPECT_EQ(visit({plan_})[0].error, "");
  EXPECT_EQ(hosts.asked, 1);
}

TEST_F(HostedSample, GoesThroughSomebodyElsesRelayBetweenOthers) {
  reach({});
  const RelayCommand relay = testing::bad_relay("good");
  std::vector<SamplePlan> plans = plans_of({"splice", "relay:bad", "generic"});
  plans[1].relay = &relay;
  for (SamplePlan& plan : plans) plan.hashed = true;
  for (const Sample& sample : visit(plans)) {
    EXPECT_EQ(sample.error, "");
    EXPECT_EQ(sample.bytes, 40 * 65536);
    EXPECT_TRUE(sample.relay);
    EXPECT_EQ(sample.hosts.strangers, 0);
  }
}

TEST_F(HostedSample, LeavesNoDescriptorInItsAgentWhoeverRelays) {
  reach({});
  const RelayCommand relay = testing::bad_relay("good");
  std::vector<SamplePlan> plans = plans_of({"splice", "relay:bad"});
  plans[1].relay = &relay;
  const auto open_there = [] {
    const std::filesystem::path list = fmt::format("/proc/{}/fd", agent());
    return std::distance(std::filesystem::directory_iterator(list), {});
  };
  std::ptrdiff_t before = 0;
  for (int i = 0; i < 3; ++i) {
    for (const Sample& sample : visit(plans)) EXPECT_EQ(sample.error, "");
    if (i == 0) before = open_there();  // with what its first process left open
  }
  // It hears that a listener is not needed any more when it comes to it.
  EXPECT_TRUE(testing::eventually([&] { return open_there() <= before; }))
      << before << " before, now " << open_there();
}

TEST_F(HostedSample, IsAnErrorThatNamesTheHostWhereSomebodyElsesRelayIsNotThere) {
  reach({});
  const RelayCommand relay{"lost", "/nowhere/relay {listen} {connect}", "", "", ""};
  plan_.relay = &relay;
  const std::vector<Sample> samples = visit({plan_});
  EXPECT_NE(samples[0].error.find("host local: relay lost: there is no program '/nowhere/relay'"),
            std::string::npos)
      << samples[0].error;
}

TEST_F(HostedSample, TellsHowSomebodyElsesRelayEnded) {
  reach({});
  const RelayCommand relay{"early", "/bin/sh -c \"echo no; exit 7\" {listen} {connect}", "", "",
                           ""};
  plan_.relay = &relay;
  setting_.timeout = 0.5;
  const std::vector<Sample> samples = visit({plan_});
  EXPECT_NE(samples[0].error.find("relay early ended with status 7; its last lines: no"),
            std::string::npos)
      << samples[0].error;
}

TEST_F(HostedSample, IsAnErrorWhereSomebodyElsesRelayDoesNotListen) {
  reach({});
  const RelayCommand relay = testing::bad_relay("silent");
  plan_.relay = &relay;
  setting_.timeout = 0.3;
  const std::string error = visit({plan_})[0].error;
  EXPECT_EQ(error.find("host local: relay silent: nobody listens on "), 0U) << error;
  EXPECT_NE(error.find(" after 0.3 s (--timeout); "), std::string::npos) << error;
}

TEST_F(HostedSample, TellsWhichCongestionControlSomebodyElsesRelayHas) {
  reach({});
  const RelayCommand relay = testing::bad_relay("good");
  plan_.relay = &relay;
  plan_.hashed = true;
  setting_.sockets.congestion = "reno";
  const SampleResult taken = take_sample(plan_, setting_);
  EXPECT_EQ(taken.sample.error, "");
  EXPECT_EQ(taken.relay_congestion, system_congestion()) << "not what our ends have";
}

TEST_F(HostedSample, TellsWhatMemoryTheFlowsOfSomebodyElsesRelayTake) {
  reach({});
  const RelayCommand relay = testing::bad_relay("many");
  plan_.relay = &relay;
  plan_.flows = 2;
  const std::vector<Sample> samples = visit({plan_});
  ASSERT_EQ(samples[0].error, "");
  EXPECT_GT(samples[0].flows.value().relay_memory.value(), 0);
}

TEST_F(HostedSample, IsAnErrorWhereSomebodyElsesRelayDropsAHalfCloseOnItsHost) {
  reach({});
  RelayCommand relay = testing::bad_relay("close-both");
  plan_.relay = &relay;
  plan_.hashed = true;
  EXPECT_EQ(visit({plan_})[0].error.find("host local: relay close-both: it drops a half-close: "),
            0U);
  relay.drops_half_close = true;
  EXPECT_EQ(visit({plan_})[0].error.find("half-close"), std::string::npos) << "it is known";
}

}  // namespace
}  // namespace splicebench
