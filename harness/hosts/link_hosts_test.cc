// Samples and round trips whose processes are in the namespaces of a link. Without the privilege to
// make those, skipped by name.

#include "harness/hosts/link_hosts.h"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <atomic>
#include <chrono>
#include <set>
#include <thread>

#include "bench/paths/paths.h"
#include "bench/pings/ping_cases.h"
#include "bench/testing/children.h"
#include "harness/foreign/relay_command.h"
#include "harness/network/network.h"
#include "harness/network/socket_settings.h"
#include "harness/sample/sample.h"
#include "harness/system/process.h"
#include "harness/testing/bad_relay.h"
#include "harness/testing/network_tables.h"
#include "harness/testing/over_link.h"
#include "harness/testing/programs.h"
#include "results/testing/temporary_directory.h"

namespace splicebench {
namespace {

class OverLinkHosts : public OverLink {
 protected:
  void SetUp() override {
    OverLink::SetUp();
    if (!link_) return;
    hosts_.emplace(*link_, testing::programs());
    setting_.programs = testing::programs();
    setting_.file_dir = directory_.path();
    setting_.timeout = 20;
    setting_.hosts = &*hosts_;
    plan_.path = &path_named("tcp-to-tcp");
    plan_.mode = "splice";
    plan_.chunk = 65536;
    plan_.iterations = 18;
    plan_.warmup = {3, 1};
    plan_.hashed = true;
  }

  std::vector<Sample> visit(const std::vector<SamplePlan>& plans) const {
    std::vector<Sample> samples;
    take_visit(plans, setting_,
               [&](std::size_t, const SampleResult& result) { samples.push_back(result.sample); });
    return samples;
  }

  /// Of the device between the relay and `role` since before.
  std::int64_t carried(const char* role) {
    std::int64_t all = -1;
    in_network(link_->relay(), [&] { all = testing::bytes_over("thread-self", role); });
    return all - std::exchange(before_[role], all);
  }

  const TemporaryDirectory directory_;
  std::optional<LinkHosts> hosts_;
  SampleSetting setting_;
  SamplePlan plan_;
  std::map<std::string, std::int64_t> before_;
};

constexpr std::int64_t kBytes = 18 * 65536;

TEST_F(OverLinkHosts, ListenAtTheEndsOfTheirDevices) {
  const std::unique_ptr<HostListener> relay = hosts_->listen(Role::relay, {}, 1);
  const std::unique_ptr<HostListener> reader = hosts_->listen(Role::reader, {}, 1);
  EXPECT_EQ(format_address(relay->address()).find("10.0.1.1:"), 0U);
  EXPECT_EQ(format_address(reader->address()).find("10.0.2.2:"), 0U);
}

TEST_F(OverLinkHosts, CarryTheTcpConnectionsOfEveryPathAndNoOther) {
  SourceFile source(directory_.path(), plan_.seed);
  setting_.source = &source;
  for (const PathInfo& path : paths()) {
    for (const std::int64_t flows : {1, 3}) {
      if (flows > 1 && !path.kinds.has_writer()) continue;
      plan_.path = &path;
      plan_.flows = flows;
      std::vector<SamplePlan> plans(2, plan_);
      if (path.open_direct) plans[1].mode = kDirect;
      for (const SamplePlan& plan : plans) {
        carried("writer");
        carried("reader");
        const Sample sample = visit({plan}).front();
        EXPECT_EQ(sample.error, "") << path.name();
        EXPECT_EQ(sample.bytes, kBytes) << path.name();
        EXPECT_EQ(sample.hosts.strangers, 0);
        EXPECT_FALSE(sample.hosts.control_round_trip) << "no message has a way of its own";
        const bool direct = plan.mode == kDirect;
        const EndKind towards_writer = direct ? path.kinds.sink : path.kinds.source;
        EXPECT_EQ(carried("writer") >= kBytes, towards_writer == EndKind::tcp) << path.name();
        EXPECT_EQ(carried("reader") >= kBytes, path.kinds.sink == EndKind::tcp) << path.name();
      }
    }
  }
}

TEST_F(OverLinkHosts, GiveAllFourEndsTheirSettings) {
  setting_.sockets = {"reno", 100000};
  const Sample sample = visit({plan_}).front();
  ASSERT_EQ(sample.error, "");
  for (const std::optional<SocketFacts>* end :
       {&sample.facts.writer, &sample.facts.source, &sample.facts.sink, &sample.facts.reader}) {
    ASSERT_TRUE(*end);
    EXPECT_EQ(std::string((*end)->congestion.data()), "reno");
    EXPECT_EQ((*end)->send_buffer, 200000);  // the kernel doubles it
  }
}

TEST_F(OverLinkHosts, TakeAVisitOfSeveralModesWithSomebodyElsesRelayBetween) {
  const RelayCommand relay = testing::bad_relay("good");
  std::vector<SamplePlan> plans(4, plan_);
  plans[1].mode = mode_of(relay);
  plans[1].relay = &relay;
  plans[3].mode = "generic";
  carried("reader");
  for (const Sample& sample : visit(plans)) {
    EXPECT_EQ(sample.error, "");
    EXPECT_GT(sample.relay.value().total(), 0);
    EXPECT_EQ(sample.bytes, kBytes);
  }
  EXPECT_GE(carried("reader"), 4 * kBytes);
}

TEST_F(OverLinkHosts, ReachSomebodyElsesRelayOnAUnixSocketToo) {
  const RelayCommand relay = testing::bad_relay("many");
  plan_.path = &path_named("unix-to-tcp");
  plan_.relay = &relay;
  plan_.flows = 3;
  const SampleResult taken = take_sample(plan_, setting_);
  ASSERT_EQ(taken.sample.error, "");
  EXPECT_EQ(taken.relay_congestion, system_congestion());
  EXPECT_GT(taken.sample.flows.value().relay_memory.value(), 0);
  EXPECT_LT(carried("writer"), kBytes);
  EXPECT_GE(carried("reader"), kBytes);
}

TEST_F(OverLinkHosts, TellHowSomebodyElsesRelayEndedAsSoonAsItHas) {
  const RelayCommand relay = testing::bad_relay("leave");
  plan_.relay = &relay;
  plan_.hashed = false;
  setting_.timeout = 3600;
  const std::string error = visit({plan_}).front().error;
  EXPECT_NE(error.find("relay leave ended with status 7; its last lines: nothing for 10.0.2.2:"),
            std::string::npos)
      << error;
}

TEST_F(OverLinkHosts, RefuseSomebodyElsesRelayThatPassesNothingOnBeforeASample) {
  RelayWish wish;
  wish.relay = testing::bad_relay("exit");
  wish.seconds = 20;
  EXPECT_THROW(hosts_->try_start(wish), SampleFailed);
  wish.relay = testing::bad_relay("good");
  hosts_->try_start(wish);
}

TEST_F(OverLinkHosts, ProcessesOfABlockAreInItsNamespaces) {
  std::set<ino_t> expected;
  for (const int network : {link_->writer(), link_->relay(), link_->reader()}) {
    struct stat status {};
    ASSERT_EQ(::fstat(network, &status), 0);
    expected.insert(status.st_ino);
  }
  std::set<ino_t> seen;
  std::atomic<bool> over = false;
  std::thread watcher([&] {
    while (!over) {
      for (const auto& [pid, name] : testing::children()) {
        // Before that it is still this program.
        if (!name.starts_with("splicebench-")) continue;
        struct stat status {};
        if (::stat(("/proc/" + std::to_string(pid) + "/ns/net").c_str(), &status) == 0)
          seen.insert(status.st_ino);
      }
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
  });
  RunOptions options;
  options.paths = {"tcp-to-tcp"};
  options.chunks = {1024};
  options.modes = {"generic"};
  Row row{"tcp-to-tcp", options.chunks.front()};
  row.conditions[ConditionKind::placement].value = "none";
  row.conditions[ConditionKind::link].value = "veth";
  const std::vector<PingJob> jobs = ping_jobs(options, {}, {row}, &*hosts_, "");
  std::vector<BlockResult> results;
  for (const PingJob& job : jobs) {
    PingPlan plan = job.plan;
    plan.count = 300;
    plan.rate = 1000;
    carried("writer");
    results.push_back(take_block(plan, testing::programs()));
    EXPECT_GE(carried("writer"), 2 * 300 * 1024);
  }
  over = true;
  watcher.join();
  ASSERT_EQ(results.size(), 2U) << "the floor and one mode";
  for (const BlockResult& result : results) EXPECT_EQ(result.block.error, "");
  EXPECT_EQ(seen, expected);
}

}  // namespace
}  // namespace splicebench
