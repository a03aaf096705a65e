// Somebody else's relay: started, measured, found out, and ended. bench/testing/bad_relay.py plays
// it.

#include <fcntl.h>
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <thread>

#include "bench/paths/paths.h"
#include "bench/testing/eventually.h"
#include "harness/foreign/foreign_link.h"
#include "harness/foreign/relay_command.h"
#include "harness/network/sockets.h"
#include "harness/sample/sample.h"
#include "harness/system/interrupt.h"
#include "harness/system/process.h"
#include "harness/system/process_tree.h"
#include "harness/testing/bad_relay.h"
#include "harness/testing/programs.h"
#include "results/files/error.h"
#include "results/testing/temporary_directory.h"

namespace splicebench {
namespace {

using testing::bad_relay;
using testing::eventually;
using testing::is_running;
using testing::kPatience;
using testing::plan_of;
using testing::PrivateDirectories;
using testing::soon;

std::string failure_of(const ForeignRelayPlan& plan, double seconds = kPatience) {
  try {
    ForeignLink link(plan, monotonic_seconds() + seconds);
  } catch (const SampleFailed& failed) {
    return failed.what();
  }
  return "none";
}

std::string half_close_failure_of(const std::string& fault, double seconds = kPatience) {
  try {
    require_half_close(plan_of(fault), monotonic_seconds() + seconds);
  } catch (const SampleFailed& failed) {
    return failed.what();
  }
  return "none";
}

SampleResult sample_through(const RelayCommand& relay, bool hashed,
                            const std::string& path = "tcp-to-tcp", double timeout = kPatience) {
  SampleSetting setting;
  setting.programs = testing::programs();
  setting.timeout = timeout;
  SamplePlan plan;
  plan.path = &path_named(path);
  plan.mode = mode_of(relay);
  plan.relay = &relay;
  plan.chunk = 65536;
  plan.iterations = 32;
  plan.hashed = hashed;
  plan.seed = 7;
  return take_sample(plan, setting);
}

TEST(ForeignRelay, AStrangerWhoConnectsToTheReaderFirstIsNotTakenForIt) {
  const Listener target(loopback_address(0), "target");
  ForeignRelayPlan plan = plan_of("good");
  plan.connect = target.address();
  Fd stranger = stream_socket(target.address());
  ::fcntl(stranger.get(), F_SETFL, 0);
  ASSERT_EQ(::connect(stranger.get(), target.address().get(), target.address().size), 0);
  ForeignRelay relay(plan);
  const Fd writer = relay.connect(soon());
  const Fd reader = relay.accept(target, soon());
  ASSERT_EQ(::send(writer.get(), "x", 1, 0), 1);
  pollfd arrived{reader.get(), POLLIN, 0};
  ASSERT_EQ(::poll(&arrived, 1, 5000), 1) << "the reader's end is the stranger's";
  char byte = 0;
  EXPECT_EQ(::recv(reader.get(), &byte, 1, 0), 1);
  EXPECT_EQ(byte, 'x');
}

TEST(ForeignRelay, IsMeasuredLikeAnEngineOnBothKindsOfSource) {
  for (const char* path : {"tcp-to-tcp", "unix-to-tcp"}) {
    // It sleeps before each piece it sends on, and reads at most 64 KiB at a time. (One that finds
    // bytes whenever it looks need not sleep at all.)
    const Sample sample = sample_through(bad_relay("pause"), false, path).sample;
    EXPECT_EQ(sample.error, "");
    EXPECT_EQ(sample.bytes, 32 * 65536);
    EXPECT_GT(sample.relay.value().total(), 0);
    EXPECT_GE(sample.voluntary_switches.value(), 32);
    EXPECT_FALSE(sample.calls.has_value());
    EXPECT_FALSE(sample.allocations.has_value());
  }
}

TEST(ForeignRelay, RunsWhereThePlacementPutsTheRelay) {
  const TemporaryDirectory directory;
  const std::string seen = directory.path() / "seen";
  RelayCommand relay = bad_relay("good");
  relay.command = fmt::format(
      "/bin/sh -c \"grep Cpus_allowed_list /proc/self/status > {}; exec python3 '{}' good $0 $1\" "
      "{{listen}} {{connect}}",
      seen, SPLICEBENCH_BAD_RELAY);
  SampleSetting setting;
  setting.programs = testing::programs();
  const std::vector<int> allowed = allowed_cpus();
  CPU_SET(static_cast<std::size_t>(allowed.back()), &setting.placement.relay);
  SamplePlan plan;
  plan.path = &path_named("tcp-to-tcp");
  plan.mode = mode_of(relay);
  plan.relay = &relay;
  plan.chunk = 4096;
  plan.iterations = 4;
  EXPECT_EQ(take_sample(plan, setting).sample.error, "");
  std::ifstream file(seen);
  std::string name;
  std::string cpus;
  file >> name >> cpus;
  EXPECT_EQ(cpus, std::to_string(allowed.back()));
}

TEST(ForeignRelay, IsGuardedFromOutsideOfTheRunnersProcessGroup) {
  ForeignLink link(plan_of("good"), soon());
  EXPECT_NE(::getpgid(link.relay().root()), ::getpgrp());
}

TEST(ForeignRelay, WhoseThreadEndsHasNoCountOfContextSwitches) {
  const Sample sample = sample_through(bad_relay("thread-ends"), false).sample;
  EXPECT_EQ(sample.error, "");
  EXPECT_GT(sample.relay.value().total(), 0);
  EXPECT_FALSE(sample.voluntary_switches.has_value());
  EXPECT_FALSE(sample.involuntary_switches.has_value());
}

TEST(ForeignRelay, ThatIsHonestIsVerified) {
  EXPECT_EQ(sample_through(bad_relay("good"), true).sample.error, "");
}

TEST(ForeignRelay, ThatChangesAByteIsFoundOut) {
  const std::string error = sample_through(bad_relay("change"), true).sample.error;
  EXPECT_NE(error.find("through relay change: the content was changed on the way"),
            std::string::npos)
      << error;
}

TEST(ForeignRelay, ThatLosesBytesAndHangsIsFoundOut) {
  const std::string error = sample_through(bad_relay("lose"), true, "tcp-to-tcp", 5).sample.error;
  EXPECT_EQ(
      error.rfind("through relay lose: nothing came before the report in the time allowed", 0), 0U)
      << error;
}

TEST(ForeignRelay, ThatAddsBytesIsFoundOut) {
  const std::string error = sample_through(bad_relay("double"), true).sample.error;
  EXPECT_NE(error.find("through relay double: "), std::string::npos) << error;
}

TEST(ForeignRelay, ThatCrashesIsNamedWithItsLastLines) {
  const std::string error = sample_through(bad_relay("crash"), true).sample.error;
  EXPECT_NE(error.find("through relay crash: "), std::string::npos) << error;
  EXPECT_NE(error.find("relay crash was killed by signal 6 (Aborted); its last lines: out of luck"),
            std::string::npos)
      << error;
}

TEST(ForeignRelay, ThatDropsAHalfCloseIsFoundOut) {
  const std::string error = half_close_failure_of("close-both");
  EXPECT_NE(error.find("relay close-both: it drops a half-close"), std::string::npos) << error;
}

TEST(ForeignRelay, ThatClosesBothDirectionsIsMeasuredWhereItsRecipeSaysSo) {
  RelayCommand relay = bad_relay("close-both");
  EXPECT_NE(sample_through(relay, true).sample.error, "");
  relay.drops_half_close = true;
  EXPECT_EQ(sample_through(relay, true).sample.error, "");
}

TEST(ForeignRelay, ThatNeverPassesOnAnEndIsFoundOut) {
  EXPECT_EQ(half_close_failure_of("keep-open", 4),
            "relay keep-open: it does not pass on the end of the writer's stream: no end came in "
            "the time allowed (--timeout)");
}

TEST(ForeignRelay, ThatExitsIsNamedWithItsLastLines) {
  EXPECT_EQ(failure_of(plan_of("exit")),
            "relay exit ended with status 7; its last lines: second line | third line | no "
            "such license");
}

TEST(ForeignRelay, ThatDoesNotListenIsGivenUp) {
  const std::string error = failure_of(plan_of("silent"), 1);
  EXPECT_EQ(error.rfind("relay silent: nobody listens on 127.0.0.1:", 0), 0U) << error;
  EXPECT_NE(error.find("(--timeout)"), std::string::npos) << error;
}

/// KiB of this process at its largest, files in memory that it read included.
std::int64_t largest_size() {
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  return usage.ru_maxrss;
}

TEST(ForeignRelay, ThatPrintsWithoutEndFillsNoMemory) {
  ForeignRelayPlan plan = plan_of("loud");
  plan.relay.command = "/usr/bin/yes {listen} {connect}";
  const std::int64_t before = largest_size();
  const std::string error = failure_of(plan, 0.5);
  EXPECT_NE(error.find("; its last lines: 127.0.0.1:"), std::string::npos) << error.substr(0, 500);
  EXPECT_LT(error.size(), 1000U);
  EXPECT_LT(largest_size() - before, 16 << 10);
}

TEST(ForeignRelay, ThatDoesNotConnectIsGivenUp) {
  const std::string error = failure_of(plan_of("unconnected"), 5);
  EXPECT_EQ(error.rfind("relay unconnected: it took a connection and did not connect to ", 0), 0U)
      << error;
}

TEST(ForeignRelay, ThatDoesNotExistIsNamed) {
  ForeignRelayPlan plan = plan_of("none");
  plan.relay.command = "no-such-proxy {listen} {connect}";
  EXPECT_EQ(failure_of(plan),
            "relay none: there is no program 'no-such-proxy'; install it or give its path");
}

TEST(ForeignRelay, InTheBackgroundIsFoundMeasuredAndEnded) {
  pid_t relay = 0;
  {
    ForeignLink link(plan_of("background"), soon());
    // The first process ends; the one that relays becomes the guard's.
    ASSERT_TRUE(eventually([&] { return processes_below(link.relay().root()).size() == 1; }));
    relay = processes_below(link.relay().root()).front();
    EXPECT_EQ(link.relay().how_it_ended(), "");
  }
  EXPECT_FALSE(is_running(relay));
}

TEST(ForeignRelay, IsCountedWithItsChildren) {
  ForeignLink link(plan_of("work"), soon());
  ASSERT_TRUE(eventually([&] { return processes_below(link.relay().root()).size() == 2; }));
  const TreeUsage before = usage_below(link.relay().root());
  EXPECT_TRUE(eventually([&] {
    const CpuTime cpu = cpu_between(before, usage_below(link.relay().root()));
    return cpu.user + cpu.system > 0.02;
  }));
}

TEST(ForeignRelay, LeavesNoProcessAndNoFile) {
  const PrivateDirectories directories;
  std::vector<pid_t> processes;
  {
    ForeignLink link(plan_of("work", true), soon());
    EXPECT_EQ(directories.count(), 1U);
    processes = processes_below(link.relay().root());
    processes.push_back(link.relay().root());
  }
  EXPECT_EQ(directories.count(), 0U);
  for (const pid_t pid : processes) EXPECT_FALSE(is_running(pid)) << pid;
}

TEST(ForeignRelay, GivesUpAtOnceWhenInterrupted) {
  set_interrupted(true);
  EXPECT_THROW(ForeignLink(plan_of("silent"), soon()), Interrupted);
  set_interrupted(false);
}

TEST(FreePort, IsOutsideOfTheRangeOfOutgoingConnections) {
  for (int i = 0; i < 20; ++i) {
    const unsigned port = free_port(loopback_address(0));
    EXPECT_GE(port, 1024U);
    EXPECT_LT(port, 32768U);
  }
}

}  // namespace
}  // namespace splicebench
