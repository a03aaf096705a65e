// Samples whose processes are started by agents.

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

#include <thread>

#include "bench/testing/eventually.h"
#include "harness/sample/hosted/hosted_ends.h"
#include "harness/system/process_tree.h"
#include "harness/testing/bad_relay.h"
#include "harness/testing/hosted_sample.h"
#include "harness/testing/network_namespaces.h"

namespace splicebench {
namespace {

using testing::HostedSample;

TEST_F(HostedSample, MovesItsBytesThroughAnAgent) {
  reach({});
  plan_.hashed = true;
  for (const Sample& sample : visit(plans_of({"generic", "splice", "direct", "generic"}))) {
    EXPECT_EQ(sample.error, "");
    EXPECT_EQ(sample.bytes, 40 * 65536);
    EXPECT_EQ(sample.marks.size(), kMarks);
    EXPECT_FALSE(sample.hosts.control_round_trip) << "all are on one host";
    EXPECT_EQ(sample.hosts.strangers, 0);
    EXPECT_TRUE(sample.facts.writer && sample.facts.reader);
  }
}

TEST_F(HostedSample, HasMoreCastsWhereOneHasTooFewConnections) {
  reach({});
  const std::vector<Sample> samples = visit(std::vector<SamplePlan>(12, plan_));
  EXPECT_EQ(samples.size(), 12U);
  for (const Sample& sample : samples) EXPECT_EQ(sample.error, "");
}

TEST_F(HostedSample, HasItsConnectionsNumberedForThoseAtTheirEnds) {
  reach({});
  setting_.sockets.congestion = "reno";
  setting_.timeout = 12;
  HostedEnds ends(setting_);
  for (const auto& [mode, flows] : {std::pair{"splice", 1}, {"direct", 2}, {"generic", 2}}) {
    plan_.mode = mode;
    plan_.flows = flows;
    ends.add(plan_);
  }
  const CastPlan cast = ends.listen(plan_.path->kinds, {});
  for (const RoleInfo& info : kRoles) {
    EXPECT_EQ(cast.hosts[info.role], &hosts_->at(info.role));
    const StartPlan& start = cast.starts[info.role];
    EXPECT_EQ(start.token, cast.starts[Role::relay].token);
    EXPECT_EQ(start.sockets.congestion, "reno");
    EXPECT_EQ(start.seconds, 12);
    EXPECT_EQ(start.nonblocking, info.role == Role::relay) << info.name;
  }
  using Numbers = std::vector<std::pair<std::uint32_t, int>>;
  const auto numbers = [](const std::vector<DataEnd>& all) {
    Numbers some;
    for (const DataEnd& one : all) some.emplace_back(one.connection, one.to);
    return some;
  };
  const StartPlan& writer = cast.starts[Role::writer];
  const StartPlan& relay = cast.starts[Role::relay];
  const StartPlan& reader = cast.starts[Role::reader];
  ASSERT_EQ(writer.going.size(), 2U);
  EXPECT_EQ(numbers(writer.going[0].ends), (Numbers{{0, 6}, {3, 9}, {4, 10}}));
  EXPECT_EQ(numbers(writer.going[1].ends), (Numbers{{1, 7}, {2, 8}})) << "past the relay";
  ASSERT_EQ(relay.going.size(), 1U);
  EXPECT_EQ(numbers(relay.going[0].ends), (Numbers{{0, 7}, {3, 13}, {4, 15}}));
  ASSERT_EQ(relay.coming.size(), 1U);
  EXPECT_EQ(numbers(relay.coming[0].ends), (Numbers{{0, 6}, {3, 12}, {4, 14}}));
  ASSERT_EQ(reader.coming.size(), 1U);
  EXPECT_EQ(numbers(reader.coming[0].ends), (Numbers{{0, 6}, {3, 9}, {4, 10}, {1, 7}, {2, 8}}));
  const auto goes_to = [](const GoingEnds& going) { return format_address(going.target); };
  EXPECT_EQ(goes_to(writer.going[1]), goes_to(relay.going[0])) << "the reader";
  EXPECT_NE(goes_to(writer.going[0]), goes_to(relay.going[0]));
  EXPECT_NE(relay.coming[0].listener, reader.coming[0].listener);
}

TEST_F(HostedSample, IsAnErrorOfEachWhereNoConnectionCanBeMade) {
  reach({});
  setting_.sockets.congestion = "nothing";
  const std::vector<Sample> samples = visit(plans_of({"splice", "generic", "splice"}));
  ASSERT_EQ(samples.size(), 3U);
  for (const Sample& sample : samples) {
    EXPECT_NE(sample.error.find("host local: "), std::string::npos) << sample.error;
    EXPECT_EQ(sample.iterations, plan_.iterations);
  }
}

TEST_F(HostedSample, HasManyFlows) {
  reach({});
  plan_.flows = 100;
  plan_.peer_threads = 2;
  plan_.iterations = 400;
  plan_.warmup = {100, 1};
  plan_.hashed = true;
  for (const Sample& sample : visit(plans_of({"splice", "direct"}))) {
    EXPECT_EQ(sample.error, "");
    EXPECT_EQ(sample.bytes, 400 * 65536);
  }
}

TEST_F(HostedSample, IsAnErrorThatNamesTheHostWhenAnEngineIsNotThere) {
  reach({});
  const std::vector<Sample> samples = visit(plans_of({"nothing", "splice"}));
  EXPECT_NE(samples[0].error.find("nothing"), std::string::npos) << samples[0].error;
  EXPECT_EQ(samples[1].error, "");
}

TEST_F(HostedSample, IsAnErrorThatNamesTheHostWhenTheAgentDiesAndTheNextHasANewOne) {
  reach({});
  plan_.iterations = 400000;
  bool killed = false;
  std::thread killer([&] {
    killed = testing::eventually([] { return processes_below(agent()).size() == 3; });
    ::kill(agent(), SIGKILL);
  });
  std::vector<Sample> samples = visit({plan_});
  killer.join();
  ASSERT_TRUE(killed);
  EXPECT_NE(samples[0].error.find("host local: its agent ended"), std::string::npos)
      << samples[0].error;
  EXPECT_NE(samples[0].error.find("last heard was that it had started the "), std::string::npos)
      << samples[0].error;
  plan_.iterations = 40;
  samples = visit({plan_});
  EXPECT_EQ(samples[0].error, "");
}

TEST_F(HostedSample, NamesAHostThatIsSilentWhenItsTimeIsOver) {
  reach({});
  plan_.iterations = 400000;
  setting_.timeout = 3.5;
  std::thread stopper([] {
    testing::eventually(writer_works);
    ::kill(agent(), SIGSTOP);
  });
  const std::vector<Sample> samples = visit({plan_});
  stopper.join();
  ::kill(agent(), SIGCONT);
  EXPECT_NE(samples[0].error.find("in the time allowed: host local was last heard "),
            std::string::npos)
      << samples[0].error;
}

TEST_F(HostedSample, IsNotBegunWhereAHostDoesNotAnswerInTimeWhenTheControlPathIsMeasured) {
  // As little as an agent takes to be there.
  for (double timeout = 0.2; !hosts_; timeout *= 2) {
    try {
      hosts_.emplace(HostOptions(), setting_.programs, timeout);
    } catch (const UsageError&) {
      ASSERT_LT(timeout, 60);
    }
  }
  EXPECT_GT(hosts_->control_round_trip(), 0);
  const pid_t stopped = agent();
  ::kill(stopped, SIGSTOP);
  std::string refusal;
  try {
    hosts_->control_round_trip();
  } catch (const SampleFailed& failure) {
    refusal = failure.what();
  }
  ::kill(stopped, SIGCONT);
  EXPECT_EQ(refusal.find("host local did not tell its address in "), 0U) << refusal;
  EXPECT_NE(refusal.find(" s; last heard was its address; "), std::string::npos) << refusal;
}

TEST_F(HostedSample, IsOnAHostThatTellsHowBusyItIs) {
  reach({});
  const std::map<std::string, double> shares = hosts_->busy_shares(0.05);
  ASSERT_EQ(shares.size(), 1U);
  EXPECT_EQ(shares.begin()->first, "local");
  EXPECT_GE(shares.begin()->second, 0);
  EXPECT_LE(shares.begin()->second, 1);
}

TEST_F(HostedSample, NamesAProcessThatWasKilledAndItsHost) {
  reach({});
  plan_.iterations = 400000;
  std::thread killer([] {
    testing::eventually([] { return processes_below(agent()).size() == 3; });
    ::kill(processes_below(agent()).front(), SIGKILL);
  });
  const std::vector<Sample> samples = visit({plan_});
  killer.join();
  EXPECT_NE(samples[0].error.find("the writer (process "), std::string::npos) << samples[0].error;
  EXPECT_NE(samples[0].error.find(" on local) was killed by signal 9 (Killed)"), std::string::npos)
      << samples[0].error;
}

TEST_F(HostedSample, NamesAProcessThatIsStoppedAndItsHost) {
  reach({});
  plan_.iterations = 400000;
  setting_.timeout = 2;
  pid_t writer = 0;
  std::thread stopper([&writer] {
    // Whether bytes flow already or not.
    testing::eventually([] { return processes_below(agent()).size() == 3; });
    writer = processes_below(agent()).front();
    ::kill(writer, SIGSTOP);
  });
  const std::vector<Sample> samples = visit({plan_});
  stopper.join();
  EXPECT_EQ(samples[0].error.find(fmt::format("the writer (process {} on local) was stopped "
                                              "(SIGSTOP or a debugger) and nothing came ",
                                              writer)),
            0U)
      << samples[0].error;
}

TEST_F(HostedSample, IsOverThreeNetworkNamespacesWithTheirClocksApart) {
  if (::geteuid() != 0) GTEST_SKIP() << "network namespaces are root's";
  const testing::NetworkNamespaces namespaces;
  reach(namespaces.hosts());
  EXPECT_EQ(hosts_->address(Role::writer), "10.9.0.2");
  EXPECT_EQ(hosts_->address(Role::relay), "10.9.0.1");
  EXPECT_EQ(hosts_->address(Role::reader), "10.9.2.2");
  const std::vector<HostFacts> facts = hosts_->facts();
  ASSERT_EQ(facts.size(), 3U);
  EXPECT_EQ(facts[1].role, Role::relay);
  EXPECT_EQ(facts[1].place, namespaces.hosts().places[Role::relay]);
  EXPECT_EQ(facts[2].address, "10.9.2.2");
  EXPECT_GT(facts[2].cpus, 0);
  EXPECT_EQ(facts[2].mtu, 1500);
  EXPECT_NE(facts[2].nic.find("toR"), std::string::npos) << facts[2].nic;
  plan_.hashed = true;
  for (const Sample& sample : visit(plans_of({"generic", "direct", "splice"}))) {
    EXPECT_EQ(sample.error, "");
    EXPECT_EQ(sample.bytes, 40 * 65536);
    ASSERT_TRUE(sample.hosts.control_round_trip);
    EXPECT_GT(*sample.hosts.control_round_trip, 0);
    EXPECT_TRUE(sample.hosts.usage[Role::writer] && sample.hosts.usage[Role::reader]);
    EXPECT_FALSE(sample.hosts.usage[Role::relay]);
  }
  const RelayCommand relay = testing::bad_relay("good");
  plan_.relay = &relay;
  const std::string error = visit({plan_})[0].error;
  EXPECT_NE(error.find("over the loopback device, which is down there"), std::string::npos)
      << error;
  hosts_.reset();
}

TEST_F(HostedSample, IsNotWaitedForOnOneHostOnceAnotherIsLost) {
  if (::geteuid() != 0) GTEST_SKIP() << "network namespaces are root's";
  const testing::NetworkNamespaces namespaces;
  reach(namespaces.hosts());
  setting_.timeout = 3600;
  std::optional<HostedEnds> ends(setting_);
  ends->add(plan_);
  const CastPlan cast = ends->listen(plan_.path->kinds, {});
  ::kill(testing::own_children().at(1), SIGKILL);  // the relay's agent
  std::string error;
  try {
    const Cast none(cast);
  } catch (const SampleFailed& failure) {
    error = failure.what();
  }
  const std::string relay = namespaces.hosts().places[Role::relay];
  EXPECT_EQ(error.find(fmt::format("host {}: its agent ended; last heard was ", relay)), 0U)
      << error;
  const std::string own = hosts_->at(Role::writer).route(address_of("10.9.0.1", 0, ""));
  EXPECT_EQ(own, "10.9.0.2") << "whose agent waits for the relay no more";
  ends.reset();
  hosts_.reset();
}

}  // namespace
}  // namespace splicebench
