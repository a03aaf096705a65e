// Samples whose processes are started by agents.

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

#include <cstdlib>
#include <random>
#include <thread>

#include "bench/paths/paths.h"
#include "bench/testing/children.h"
#include "bench/testing/eventually.h"
#include "harness/hosts/host_set.h"
#include "harness/machine/placement.h"
#include "harness/sample/sample.h"
#include "harness/system/process_tree.h"
#include "harness/testing/bad_relay.h"
#include "harness/testing/programs.h"

namespace splicebench {
namespace {

class HostedSample : public ::testing::Test {
 protected:
  HostedSample() {
    setting_.programs = testing::programs();
    setting_.placement = place("none", allowed_cpus());
    setting_.timeout = 20;
    plan_.path = &path_named("tcp-to-tcp");
    plan_.mode = "splice";
    plan_.chunk = 65536;
    plan_.iterations = 40;
    plan_.warmup = {20, 1};
    plan_.seed = 42;
  }

  /// The first process ever started leaves the launcher's own descriptors open.
  static void SetUpTestSuite() { spawn({"/bin/true", {}, {}, {}}).wait(); }

  void SetUp() override { descriptors_ = open_descriptors(); }

  void TearDown() override {
    hosts_.reset();
    EXPECT_TRUE(testing::children().empty());
    EXPECT_EQ(open_descriptors(), descriptors_);
  }

  void reach(const HostOptions& options) {
    hosts_.emplace(options, setting_.programs, 20);
    setting_.hosts = &*hosts_;
  }

  std::vector<Sample> visit(const std::vector<SamplePlan>& plans) {
    std::vector<Sample> samples;
    take_visit(plans, setting_,
               [&](std::size_t, const SampleResult& result) { samples.push_back(result.sample); });
    return samples;
  }

  std::vector<SamplePlan> plans_of(const std::vector<std::string>& modes) const {
    std::vector<SamplePlan> plans;
    for (const std::string& mode : modes) plans.emplace_back(plan_).mode = mode;
    return plans;
  }

  /// The process of an agent, and those below it.
  static pid_t agent() { return testing::children().front().first; }
  /// All are there, and bytes flow.
  static bool writer_works() {
    const std::vector<pid_t> cast = processes_below(agent());
    return cast.size() == 3 && usage_of(cast.front()).seconds > 0.05;
  }

  std::optional<HostSet> hosts_;
  SampleSetting setting_;
  SamplePlan plan_;
  std::size_t descriptors_ = 0;
};

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
  }
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

/// Three namespaces in a row, as a link's, with names.
class NetworkNamespaces {
 public:
  NetworkNamespaces() {
    std::random_device random;
    for (const char* role : {"writer", "relay", "reader"})
      names_.push_back(fmt::format("sb-{}-{:08x}", role, random()));
    for (const std::string& name : names_) run(fmt::format("ip netns add {}", name));
    for (const int outer : {0, 2}) {
      run(fmt::format("ip -n {} link add to{} type veth peer name toR netns {}", names_[1], outer,
                      names_[static_cast<std::size_t>(outer)]));
      run(fmt::format("ip -n {} addr add 10.9.{}.1/24 dev to{}", names_[1], outer, outer));
      run(fmt::format("ip -n {} link set to{} up", names_[1], outer));
      const std::string& name = names_[static_cast<std::size_t>(outer)];
      run(fmt::format("ip -n {} addr add 10.9.{}.2/24 dev toR", name, outer));
      run(fmt::format("ip -n {} link set toR up", name));
      run(fmt::format("ip -n {} route add default via 10.9.{}.1", name, outer));
    }
    run(fmt::format("ip netns exec {} sysctl -qw net.ipv4.ip_forward=1", names_[1]));
  }
  ~NetworkNamespaces() {
    for (const std::string& name : names_) run(fmt::format("ip netns del {}", name));
  }
  NetworkNamespaces(const NetworkNamespaces&) = delete;
  NetworkNamespaces& operator=(const NetworkNamespaces&) = delete;

  std::string place(std::size_t index) const { return "netns://" + names_[index]; }

 private:
  static void run(const std::string& command) {
    EXPECT_EQ(std::system(command.c_str()), 0) << command;
  }
  std::vector<std::string> names_;
};

TEST_F(HostedSample, IsOverThreeNetworkNamespacesWithTheirClocksApart) {
  if (::geteuid() != 0) GTEST_SKIP() << "network namespaces are root's";
  const NetworkNamespaces namespaces;
  HostOptions options;
  options.places[Role::writer] = namespaces.place(0);
  options.places[Role::relay] = namespaces.place(1);
  options.places[Role::reader] = namespaces.place(2);
  reach(options);
  EXPECT_EQ(hosts_->address(Role::writer), "10.9.0.2");
  EXPECT_EQ(hosts_->address(Role::relay), "10.9.0.1");
  EXPECT_EQ(hosts_->address(Role::reader), "10.9.2.2");
  const std::vector<HostFacts> facts = hosts_->facts();
  ASSERT_EQ(facts.size(), 3U);
  EXPECT_EQ(facts[1].role, Role::relay);
  EXPECT_EQ(facts[1].place, namespaces.place(1));
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
  hosts_.reset();
}

}  // namespace
}  // namespace splicebench
