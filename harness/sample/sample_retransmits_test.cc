// What a sample says its sockets sent again, against what the kernel counts in the namespaces of
// the writer and of the relay, over links that drop what comes too fast (tc-tbf(8)). Without the
// privilege to make namespaces, or without tc or sch_tbf, skipped by name.

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <sstream>
#include <string>

#include "bench/paths/paths.h"
#include "harness/hosts/link_hosts.h"
#include "harness/network/network.h"
#include "harness/sample/sample.h"
#include "harness/testing/over_link.h"
#include "harness/testing/programs.h"

namespace splicebench {
namespace {

/// TCP segments that the sockets of a namespace sent again (RetransSegs, RFC 4022); -1: not found.
std::int64_t sent_again(int network) {
  std::int64_t count = -1;
  in_network(network, [&count] {
    std::ifstream table("/proc/thread-self/net/snmp");
    std::string names;
    std::string figures;
    while (std::getline(table, names) && std::getline(table, figures)) {
      std::istringstream name_words(names);
      std::istringstream figure_words(figures);
      std::string name;
      std::string figure;
      while (name_words >> name && figure_words >> figure) {
        if (name == "RetransSegs") count = std::stoll(figure);
      }
    }
  });
  return count;
}

/// Whether `device` of `network` sends 200 Mbit a second from here on, and drops what its queue of
/// 30000 bytes has no room for.
bool narrow(int network, const std::string& device) {
  int status = -1;
  in_network(network, [&] {
    status = std::system(fmt::format("PATH=$PATH:/usr/sbin:/sbin tc qdisc add dev {} root tbf rate "
                                     "200mbit burst 20000 limit 30000 2>/dev/null",
                                     device)
                             .c_str());
  });
  return status == 0;
}

class SampleRetransmits : public OverLink {
 protected:
  static SamplePlan plan_of(std::int64_t flows) {
    SamplePlan plan;
    plan.path = &path_named("tcp-to-tcp");
    plan.mode = "generic";
    plan.chunk = 65536;
    plan.iterations = 64;
    plan.flows = flows;
    plan.hashed = true;
    return plan;
  }

  /// Without a warm-up, the connections carry nothing but what is timed.
  Sample take(const SamplePlan& plan) const {
    SampleSetting setting;
    setting.programs = testing::programs();
    setting.timeout = 60;
    LinkHosts hosts(*link_, setting.programs);
    setting.hosts = &hosts;
    SampleResult result = take_sample(plan, setting);
    EXPECT_EQ(result.sample.error, "");
    return std::move(result.sample);
  }

  /// The kernel may still send the end again after the clock has stopped: its acknowledgement comes
  /// later than the bytes.
  static void expect_same(std::int64_t said, std::int64_t counted) {
    EXPECT_LE(said, counted);
    EXPECT_GE(said, counted - 1);
  }
};

class SampleRetransmitsOf : public SampleRetransmits,
                            public ::testing::WithParamInterface<std::int64_t> {};
INSTANTIATE_TEST_SUITE_P(Flows, SampleRetransmitsOf, ::testing::Values(1, 4));

TEST_P(SampleRetransmitsOf, AreThoseOfTheWriterBeforeANarrowLink) {
  if (!narrow(link_->writer(), "relay")) GTEST_SKIP() << "no tc(8), or no sch_tbf";
  const std::int64_t before = sent_again(link_->writer());
  const std::int64_t before_relay = sent_again(link_->relay());
  const Sample sample = take(plan_of(GetParam()));
  const std::int64_t counted = sent_again(link_->writer()) - before;
  ASSERT_GE(counted, 5) << "nothing was dropped";
  expect_same(sample.facts.writer.value().retransmits.value(), counted);
  expect_same(sample.facts.sink.value().retransmits.value(),
              sent_again(link_->relay()) - before_relay);
  EXPECT_EQ(sample.retransmits.value(),
            sample.facts.writer->retransmits.value() + sample.facts.sink->retransmits.value());
}

TEST_F(SampleRetransmits, AreThoseOfTheRelayBeforeANarrowLink) {
  if (!narrow(link_->relay(), "reader")) GTEST_SKIP() << "no tc(8), or no sch_tbf";
  const std::int64_t before = sent_again(link_->relay());
  const Sample sample = take(plan_of(1));
  const std::int64_t counted = sent_again(link_->relay()) - before;
  ASSERT_GE(counted, 5) << "nothing was dropped";
  expect_same(sample.facts.sink.value().retransmits.value(), counted);
  EXPECT_GE(sample.retransmits.value(), sample.facts.sink->retransmits.value());
}

TEST_F(SampleRetransmits, OfManyFlowsAreNoneOfTheWarmUps) {
  if (!narrow(link_->writer(), "relay")) GTEST_SKIP() << "no tc(8), or no sch_tbf";
  const std::int64_t before = sent_again(link_->writer());
  SamplePlan plan = plan_of(4);
  plan.warmup = {plan.iterations, 1};
  // A piece for each flow, with room for all in the queue.
  plan.chunk = 4096;
  plan.warmup.piece *= 8;
  plan.iterations = plan.flows;
  const Sample sample = take(plan);
  ASSERT_GE(sent_again(link_->writer()) - before, 5) << "nothing was dropped";
  // The last of the warm-up may be sent again when it is there.
  EXPECT_LE(sample.facts.writer.value().retransmits.value(), plan.flows);
}

}  // namespace
}  // namespace splicebench
