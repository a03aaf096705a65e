#include "harness/machine/host/host_facts.h"

#include <gtest/gtest.h>

#include "harness/machine/environment.h"
#include "harness/network/network.h"
#include "harness/testing/over_link.h"

namespace splicebench {
namespace {

bool has_word(const std::string& text, const std::string& word) {
  return (" " + text + " ").find(" " + word + " ") != std::string::npos;
}

TEST(HostFacts, SayWhatTheMachineIsAndWhichDeviceHasTheAddress) {
  const HostFacts facts = read_host_facts("127.0.0.1", "");
  const Environment environment = read_environment();
  EXPECT_EQ(facts.host, environment.host);
  EXPECT_EQ(facts.kernel, environment.kernel);
  EXPECT_EQ(facts.cpu_model, environment.cpu_model);
  EXPECT_EQ(facts.cpus, environment.cpus);
  EXPECT_EQ(facts.nic, "lo");
  EXPECT_GE(facts.mtu.value_or(0), 1500);
  EXPECT_TRUE(has_word(facts.offloads, "gso")) << facts.offloads;
  EXPECT_NE(facts.qdisc, "");
  EXPECT_NE(facts.congestion, "");
}

TEST(HostFacts, SayNothingOfADeviceThatNobodyHas) {
  for (const char* address : {"192.0.2.1", "not an address", ""}) {
    const HostFacts facts = read_host_facts(address, "");
    EXPECT_EQ(facts.nic, "") << address;
    EXPECT_EQ(facts.mtu, std::nullopt) << address;
    EXPECT_EQ(facts.offloads + facts.qdisc, "") << address;
    EXPECT_NE(facts.kernel, "") << address;
  }
}

class HostFactsInNamespaces : public OverLink {
 protected:
  static HostFacts facts_in(int network, const std::string& own, const std::string& peer) {
    HostFacts facts;
    in_network(network, [&] { facts = read_host_facts(own, peer); });
    return facts;
  }
};

TEST_F(HostFactsInNamespaces, TheDeviceIsThatOfTheNamespace) {
  const HostFacts reader = facts_in(link_->reader(), "10.0.2.2", "");
  EXPECT_EQ(reader.nic, "relay (veth, 10000 Mbit/s)");  // veth says so of itself
  EXPECT_EQ(reader.mtu, 1500);
  EXPECT_EQ(reader.qdisc, "noqueue");
  EXPECT_TRUE(has_word(reader.offloads, "tso")) << reader.offloads;
}

TEST_F(HostFactsInNamespaces, AWriterHasTheDeviceOfItsRouteAndARelayBothOfItsOwn) {
  EXPECT_EQ(facts_in(link_->writer(), "", "10.0.2.2").nic, "relay (veth, 10000 Mbit/s)");
  const HostFacts relay = facts_in(link_->relay(), "10.0.1.1", "10.0.2.2");
  EXPECT_EQ(relay.nic, "writer (veth, 10000 Mbit/s); reader (veth, 10000 Mbit/s)");
  EXPECT_EQ(relay.qdisc, "noqueue");
  EXPECT_EQ(facts_in(link_->relay(), "", "10.0.9.1").nic, "");
}

}  // namespace
}  // namespace splicebench
