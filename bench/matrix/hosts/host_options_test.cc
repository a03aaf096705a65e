#include "bench/matrix/hosts/host_options.h"

#include <gtest/gtest.h>

#include <functional>

#include "bench/matrix/hosts/over_hosts.h"
#include "results/files/error.h"
#include "results/testing/over_hosts.h"

namespace splicebench {
namespace {

/// The sentence with which `work` ends.
std::string refusal_of(const std::function<void()>& work) {
  try {
    work();
  } catch (const UsageError& error) {
    return error.what();
  }
  return "taken";
}

void expect_begins(const std::string& text, const std::string& begin) {
  EXPECT_EQ(text.substr(0, begin.size()), begin) << text;
}

TEST(Hosts, AreTakenByRole) {
  const PerRole<std::string> places =
      parse_hosts("reader=netns://c,writer=local,relay=ssh://u@[fe80::1]:22", RoleNames::run);
  EXPECT_EQ(places[Role::writer], "");
  EXPECT_EQ(places[Role::relay], "ssh://u@[fe80::1]:22");
  EXPECT_EQ(places[Role::reader], "netns://c");
  EXPECT_EQ(parse_hosts("server=ssh://c", RoleNames::ping)[Role::reader], "ssh://c");
  EXPECT_EQ(parse_addresses("relay=10.0.0.2,reader=fd00::1", RoleNames::run)[Role::reader],
            "fd00::1");
}

TEST(Hosts, OfOtherWordsAreRefusedByAWordOfThem) {
  const auto hosts = [](const std::string& text) {
    return refusal_of([&] { parse_hosts(text, RoleNames::run); });
  };
  expect_begins(hosts(""), "--hosts: '' names no role; write e.g. relay=ssh://HOST");
  expect_begins(hosts("ssh://a"), "--hosts: 'ssh://a' names no role");
  expect_begins(hosts("client=ssh://a"), "--hosts: 'client' is no role; choose from: writer, ");
  expect_begins(hosts("relay=ssh://a,relay=ssh://b"), "--hosts: 'relay' is given twice");
  expect_begins(hosts("relay=a"), "--hosts: 'a', where the relay should be, is not local, netns");
  expect_begins(hosts("relay=ssh://-oProxyCommand=x"), "--hosts: 'ssh://-oProxyCommand=x', where");
  expect_begins(hosts("relay=netns://../x"), "--hosts: 'netns://../x', where the relay should");
  for (const char* address : {"", "host", "10.0.0", "10.0.0.2:80", "[fd00::1]", "10.0.0.2/24"}) {
    expect_begins(
        refusal_of([&] { parse_addresses(std::string("relay=") + address, RoleNames::run); }),
        std::string("--addr: '") + address + "' of the relay is no IP address");
  }
}

TEST(Hosts, AreRepeatedAsTheyWereGiven) {
  HostOptions hosts;
  EXPECT_EQ(host_flags(hosts, RoleNames::run), "");
  hosts.places = parse_hosts("writer=ssh://a,reader=ssh://c", RoleNames::run);
  hosts.addresses = parse_addresses("reader=fd00::1", RoleNames::run);
  EXPECT_EQ(host_flags(hosts, RoleNames::run),
            " --hosts 'writer=ssh://a,reader=ssh://c' --addr reader=fd00::1");
  hosts.remote_program = "/opt/it's here";
  EXPECT_EQ(host_flags(hosts, RoleNames::ping),
            " --hosts 'client=ssh://a,server=ssh://c' --addr server=fd00::1 --remote-program "
            "'/opt/it'\\''s here'");
}

TEST(Hosts, AProgramThatAFileNamesIsNotStarted) {
  HostOptions then;
  then.remote_program = "/opt/x";
  expect_begins(refusal_of([&] { require_same_hosts(then, {}, "r.json"); }),
                "--resume: the run of r.json had '/opt/x' on its hosts");
  require_same_hosts(then, then, "r.json");
}

Result placed(const std::string& value) {
  Result result = testing::over_hosts();
  result.conditions = {place_over_hosts(value, {})};
  for (HostFacts& host : result.hosts) host.cpus = 2;
  return result;
}

TEST(Hosts, RolesOnDifferentMachinesShareNoCpu) {
  Result result = placed("writer+relay");
  result.hosts[2].host = "reader-machine";
  settle_sharing(result);
  const Sharing& sharing = result.conditions.front().sharing;
  EXPECT_FALSE(sharing.writer || sharing.reader || sharing.peers);
}

TEST(Hosts, NamespacesOfOneMachineShareAsItsCpusHaveIt) {
  Result result = placed("auto");
  for (HostFacts& host : result.hosts) {
    host.host = "m";
    host.kernel = host.cpu_model = "k";
  }
  settle_sharing(result);
  EXPECT_TRUE(result.conditions.front().sharing.writer);  // two CPUs: writer+relay
  EXPECT_FALSE(result.conditions.front().sharing.reader);
  for (HostFacts& host : result.hosts) host.cpus = 4;
  settle_sharing(result);
  EXPECT_FALSE(result.conditions.front().sharing.writer);
}

TEST(Hosts, TellWhereEachProcessIsWhereThatIsTheSameThroughout) {
  Result result = placed("auto");
  result.hosts[0].placement = "CPU 1";
  result.hosts[1].placement = "left to the scheduler";
  result.hosts[2].placement = "CPUs 0,2";
  tell_where(result);
  const std::string where = "writer on CPU 1, relay left to the scheduler, reader on CPUs 0,2";
  EXPECT_EQ(result.conditions.front().text, where);
  result.conditions = {place_over_hosts("alone", {})};
  tell_where(result);
  EXPECT_EQ(result.conditions.front().text, "alone: " + where);
  result.conditions.push_back(place_over_hosts("same", {}));
  result.conditions.front() = place_over_hosts("alone", {});
  tell_where(result);
  EXPECT_EQ(result.conditions.front().text, "alone, on each host by itself");
}

TEST(Hosts, APlacementIsOneThatIsKnown) {
  EXPECT_EQ(place_over_hosts("split", {}).value, "alone");
  expect_begins(refusal_of([] { place_over_hosts("nosuch", {}); }),
                "--placement: there is no placement 'nosuch'");
}

TEST(Hosts, ARunIsGoneOnWithOnItsMachines) {
  const Result result = testing::over_hosts();
  std::vector<HostFacts> now = result.hosts;
  now[0].address = "10.0.0.9";
  require_same_machines(result.hosts, now, "r.json");
  now[1].cpus = 4;
  expect_begins(refusal_of([&] { require_same_machines(result.hosts, now, "r.json"); }),
                "--resume: in r.json the relay was on ssh://user@b:2222, Linux 6.2.0 x86_64 with 8 "
                "CPUs (Relay CPU), which is Linux 6.2.0 x86_64 with 4 CPUs (Relay CPU) now");
}

}  // namespace
}  // namespace splicebench
