// Which way the connections of a sample go between hosts: those of the floor, `direct`, past the
// relay from the writer's host to the reader's. Without the privilege to make network namespaces,
// skipped by name.

#include <gtest/gtest.h>
#include <unistd.h>

#include <string>
#include <vector>

#include "bench/testing/children.h"
#include "harness/hosts/link_hosts.h"
#include "harness/sample/hosted/hosted_ends.h"
#include "harness/testing/hosted_sample.h"
#include "harness/testing/network_namespaces.h"
#include "harness/testing/network_tables.h"
#include "harness/testing/over_link.h"

namespace splicebench {
namespace {

using testing::HostedSample;

/// Of three hosts in a row: the relay's towards the writer and towards the reader.
struct Row {
  std::string writer, towards_writer, towards_reader, reader;
};

/// A process in the namespace of `role`: the first three that this one has started are there.
std::string process_on(Role role) {
  return std::to_string(testing::own_children().at(static_cast<std::size_t>(role)));
}

using Connections = std::vector<std::string>;

Connections connections_on(Role role) { return testing::connections_of(process_on(role)); }

void expect_ways(SamplePlan plan, const SampleSetting& setting, const Row& row) {
  plan.flows = 2;
  for (const char* mode : {"splice", kDirect}) {
    plan.mode = mode;
    HostedEnds ends(setting);
    ends.add(plan);
    const Cast cast(ends.listen(plan.path->kinds, {}));
    const bool direct = is_direct(mode);
    const std::string out = row.writer + " to " + (direct ? row.reader : row.towards_writer);
    const std::string in = row.reader + " to " + (direct ? row.writer : row.towards_reader);
    const std::string to_writer = row.towards_writer + " to " + row.writer;
    const std::string to_reader = row.towards_reader + " to " + row.reader;
    EXPECT_EQ(connections_on(Role::writer), Connections({out, out})) << mode;
    EXPECT_EQ(connections_on(Role::reader), Connections({in, in})) << mode;
    EXPECT_EQ(connections_on(Role::relay),
              direct ? Connections() : Connections({to_writer, to_writer, to_reader, to_reader}))
        << mode;
  }
}

class LinkWays : public OverLink {};

TEST_F(LinkWays, OfTheFloorArePastTheRelay) {
  LinkHosts hosts(*link_, testing::programs());
  SampleSetting setting;
  setting.hosts = &hosts;
  expect_ways(testing::small_plan(), setting, {"10.0.1.2", "10.0.1.1", "10.0.2.1", "10.0.2.2"});
}

TEST_F(HostedSample, OfTheFloorGoesPastTheRelay) {
  if (::geteuid() != 0) GTEST_SKIP() << "network namespaces are root's";
  const testing::NetworkNamespaces namespaces;
  reach(namespaces.hosts());
  expect_ways(plan_, setting_, {"10.9.0.2", "10.9.0.1", "10.9.2.1", "10.9.2.2"});
  const auto carried = [](const char* device) {
    return testing::bytes_over(process_on(Role::relay), device);
  };
  for (const SamplePlan& plan : plans_of({"splice", kDirect})) {
    const std::int64_t towards_writer = carried("to0");
    const std::int64_t towards_reader = carried("to2");
    const Sample sample = visit({plan}).front();
    EXPECT_EQ(sample.error, "");
    EXPECT_GE(carried("to0"), towards_writer + sample.bytes) << plan.mode;
    EXPECT_GE(carried("to2"), towards_reader + sample.bytes) << plan.mode;
  }
  hosts_.reset();
}

}  // namespace
}  // namespace splicebench
