// Many flows through somebody else's relay, which bench/testing/bad_relay.py plays.

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include <algorithm>
#include <fstream>
#include <string>

#include "bench/paths/paths.h"
#include "harness/foreign/foreign_link.h"
#include "harness/foreign/relay_command.h"
#include "harness/foreign/token.h"
#include "harness/network/socket_settings.h"
#include "harness/network/sockets.h"
#include "harness/sample/sample.h"
#include "harness/testing/bad_relay.h"
#include "harness/testing/programs.h"
#include "results/testing/temporary_directory.h"

namespace splicebench {
namespace {

using testing::bad_relay;
using testing::plan_of;
using testing::soon;

std::string failure_of(const std::string& fault, double seconds = testing::kPatience) {
  ForeignRelayPlan plan = plan_of(fault);
  plan.flows = 3;
  try {
    ForeignLink link(plan, monotonic_seconds() + seconds);
  } catch (const SampleFailed& failed) {
    return failed.what();
  }
  return "none";
}

SampleResult sample_through(const std::string& fault, std::int64_t flows, bool hashed,
                            const Programs& programs = testing::programs()) {
  const RelayCommand relay = bad_relay(fault);
  SampleSetting setting;
  setting.programs = programs;
  setting.timeout = testing::kPatience;
  SamplePlan plan;
  plan.path = &path_named("tcp-to-tcp");
  plan.mode = mode_of(relay);
  plan.relay = &relay;
  plan.chunk = 4096;
  plan.flows = flows;
  plan.iterations = flows * 16;
  plan.hashed = hashed;
  plan.seed = 7;
  return take_sample(plan, setting);
}

TEST(ForeignFlows, PassOneRelayWholeWithTheirContentAndAreCounted) {
  for (const std::int64_t flows : {2, 64}) {
    const SampleResult result = sample_through("many", flows, true);
    const Sample& sample = result.sample;
    EXPECT_EQ(sample.error, "");
    EXPECT_EQ(result.relay_congestion, system_congestion());
    EXPECT_EQ(sample.bytes, flows * 16 * 4096);
    EXPECT_GT(sample.relay.value().total(), 0);
    ASSERT_TRUE(sample.flows);
    EXPECT_GT(sample.flows->relay_memory.value(), 0);
    EXPECT_FALSE(sample.flows->engines) << "nobody knows";
  }
}

TEST(ForeignFlows, WhoseContentIsNotVerifiedTellNothingOfTheRelayBeforeItsClock) {
  const SampleResult result = sample_through("many", 2, false);
  EXPECT_EQ(result.sample.error, "");
  EXPECT_EQ(result.relay_congestion, "");
  // Its half-close is tried where content is verified, and there alone.
  EXPECT_NE(sample_through("close-both", 1, true).sample.error.find("half-close"),
            std::string::npos);
  EXPECT_EQ(sample_through("close-both", 1, false).sample.error, "");
}

TEST(ForeignFlows, ThatGetEachOthersBytesAreFoundOut) {
  const std::string error = sample_through("swap", 2, true).sample.error;
  EXPECT_NE(error.find("through relay swap: the content was changed on the way"), std::string::npos)
      << error;
}

TEST(ForeignFlows, AreAnErrorWhereAPeerEndsBadlyAfterItsReport) {
  const TemporaryDirectory directory;
  const std::string script = directory.path() / "reader";
  std::ofstream(script) << "#!/bin/sh\n" << testing::programs().reader << "\nexit 3\n";
  ASSERT_EQ(::chmod(script.c_str(), 0700), 0);
  Programs programs = testing::programs();
  programs.reader = script;
  const std::string error = sample_through("many", 2, false, programs).sample.error;
  EXPECT_EQ(error.rfind("through relay many: the reader ", 0), 0U) << error;
  EXPECT_NE(error.find("ended with status 3"), std::string::npos) << error;
}

TEST(ForeignFlows, AreRefusedWithTheReasonWhereARelayServesOneAlone) {
  EXPECT_EQ(failure_of("good", 1).rfind("relay good: it took a connection beside others and did "
                                        "not pass its first bytes on in the time allowed",
                                        0),
            0U)
      << failure_of("good", 1);
  EXPECT_EQ(failure_of("one").rfind("relay one: it listens no more after a connection", 0), 0U)
      << failure_of("one");
}

TEST(ForeignFlows, AreToldFromStrangersByTheirTokens) {
  const Listener target(loopback_address(0), "target");
  ForeignRelayPlan plan = plan_of("many");
  plan.connect = target.address();
  Fd silent = stream_socket(target.address());
  Fd loud = stream_socket(target.address());
  for (const Fd* const stranger : {&silent, &loud}) {
    ::fcntl(stranger->get(), F_SETFL, 0);
    ASSERT_EQ(::connect(stranger->get(), target.address().get(), target.address().size), 0);
  }
  ASSERT_EQ(::send(loud.get(), "a token of sixteen", 18, MSG_NOSIGNAL), 18);
  ForeignRelay relay(plan);
  for (int flow = 0; flow < 3; ++flow) {
    PathEnds ends = connect_by_token(relay, target, soon());
    char arrived[6] = {};
    ASSERT_EQ(::send(ends.writer.get(), "hello", 5, MSG_NOSIGNAL), 5);
    ASSERT_EQ(::recv(ends.reader.get(), arrived, 5, MSG_WAITALL), 5);
    EXPECT_STREQ(arrived, "hello") << "and nothing of the token";
  }
}

}  // namespace
}  // namespace splicebench
