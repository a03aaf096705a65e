// Where a result over hosts names them, for people.

#include <gtest/gtest.h>

#include <algorithm>

#include "results/formats/export.h"
#include "results/model/hosts/host_names.h"
#include "results/stats/hosts/host_figures.h"
#include "results/tables/first_screen.h"
#include "results/tables/run_table.h"
#include "results/tables/screen/since_text.h"
#include "results/testing/over_hosts.h"
#include "results/verdict/history/differences.h"
#include "results/verdict/warnings.h"

namespace splicebench {
namespace {

using testing::over_hosts;

std::string screen_over_hosts(const Result& result) {
  const Verdict verdict = verdict_of(result);
  return first_screen(result, verdict, recommend(result, verdict), "r.json", false);
}

std::vector<std::string> names_for(const std::vector<std::string>& places,
                                   const std::vector<std::string>& machines) {
  std::vector<HostFacts> hosts;
  for (std::size_t i = 0; i < places.size(); ++i) {
    HostFacts host;
    host.place = places[i];
    host.host = machines[i];
    hosts.push_back(host);
  }
  return host_names(hosts);
}

const Warning* warning_with(const std::vector<Warning>& all, const std::string& code) {
  const auto found =
      std::find_if(all.begin(), all.end(), [&](const Warning& one) { return one.code == code; });
  return found == all.end() ? nullptr : &*found;
}

using Names = std::vector<std::string>;

TEST(HostNames, AreTheShortestThatTellPlacesApart) {
  EXPECT_EQ(names_for({"ssh://u@x:1", "local", "ssh://z"}, {"a", "b", "c"}),
            (Names{"a", "b", "c"}));
  // Namespaces of one machine, and a host that did not tell its name.
  EXPECT_EQ(names_for({"netns://w", "local", "netns://r"}, {"m", "m", "m"}),
            (Names{"w", "m", "r"}));
  EXPECT_EQ(names_for({"ssh://u@x", "ssh://y"}, {"", "b"}), (Names{"x", "y"}));
  EXPECT_EQ(names_for({"ssh://x:1", "ssh://x:2"}, {"m", "m"}), (Names{"ssh://x:1", "ssh://x:2"}));
  // Two roles on one host have its one name.
  EXPECT_EQ(names_for({"ssh://x", "ssh://y", "ssh://x"}, {"a", "b", "a"}), (Names{"a", "b", "a"}));
}

TEST(HostsScreen, NamesTheHostsAndTheRelaysMachine) {
  const std::string screen = screen_over_hosts(over_hosts());
  EXPECT_NE(screen.find("writer on a, relay on b, reader on c"), std::string::npos) << screen;
  EXPECT_NE(screen.find("Linux 6.2.0 x86_64"), std::string::npos) << screen;
  EXPECT_NE(screen.find("8 CPUs"), std::string::npos) << screen;
  EXPECT_EQ(screen.find("Example CPU"), std::string::npos) << "that of the runner: " << screen;
  EXPECT_NE(screen.find("long by at most 0.10%"), std::string::npos) << screen;
}

TEST(HostsScreen, SaysNothingOfHostsWhereThereAreNone) {
  const Result result = testing::make_result({});
  const std::string screen =
      screen_over_hosts(result) + run_text(result, verdict_of(result), false, 0);
  for (const char* word : {"writer on", "too long by", "writer's host"})
    EXPECT_EQ(screen.find(word), std::string::npos) << word;
}

TEST(HostsTable, HasWhatTheCpusOfEachHostDidAndWhatEachHostIs) {
  const Result result = over_hosts();
  const std::string text = run_text(result, verdict_of(result), false, 0);
  EXPECT_NE(text.find("writer's host"), std::string::npos) << text;
  EXPECT_NE(text.find("0.10%"), std::string::npos) << text;
  EXPECT_NE(
      text.find("relay: ssh://user@b:2222, relay-machine, Linux 6.2.0 x86_64, Relay CPU, CPUs "
                "8, placement CPU 7, address 10.0.0.2, device eth0 (virtio_net, 10000 "
                "Mbit/s), MTU 9000, offloads rx tx sg tso gso gro, qdisc mq fq_codel, "
                "default congestion control bbr, clock tsc\n"),
      std::string::npos)
      << text;
  EXPECT_NE(text.find("reader: netns://c\n"), std::string::npos) << text;
}

TEST(HostFigures, AreMediansPerGigabyteAndTheStealIsThatOfAllSamples) {
  Result result = over_hosts();
  CaseResult& one = result.cases.front();
  for (Sample& sample : one.samples) {
    sample.bytes = 500000000;
    sample.hosts.usage[Role::writer] = SystemTimes{2, 0.5, 0};
  }
  one.samples[0].hosts.usage[Role::writer] = SystemTimes{100, 50, 40};
  one.samples[1].error = "lost";
  const HostFigures figures = host_figures(result).front();
  ASSERT_TRUE(figures.use[Role::writer]);
  EXPECT_DOUBLE_EQ(figures.use[Role::writer]->busy, 4);
  EXPECT_DOUBLE_EQ(figures.use[Role::writer]->softirq, 1);
  EXPECT_DOUBLE_EQ(figures.use[Role::writer]->steal, 40.0 / (18 * 2 + 100 + 40));
  ASSERT_TRUE(figures.use[Role::relay]);
  EXPECT_DOUBLE_EQ(*figures.off, 0.001);
}

TEST(HostWarnings, CountStrangersOfAllSamples) {
  Result result = over_hosts();
  EXPECT_EQ(warning_with(all_warnings(result), "strangers"), nullptr);
  result.cases[0].samples[1].hosts.strangers = 2;
  result.cases[1].samples[0].hosts.strangers = 1;
  const std::vector<Warning> all = all_warnings(result);
  const Warning* const warning = warning_with(all, "strangers");
  ASSERT_NE(warning, nullptr);
  EXPECT_EQ(warning->text.find("3 connections came to the run's listeners"), 0U) << warning->text;
}

TEST(HostWarnings, TellAControlPathThatIsLongBesideASample) {
  Result result = over_hosts();
  EXPECT_EQ(warning_with(all_warnings(result), "control-path"), nullptr);
  Sample& sample = result.cases[0].samples[1];
  sample.hosts.control_round_trip = sample.seconds * 0.02;
  const std::vector<Warning> all = all_warnings(result);
  const Warning* const warning = warning_with(all, "control-path");
  ASSERT_NE(warning, nullptr);
  EXPECT_EQ(warning->text.find("1 of 80 samples may be too long by more than 0.5%, at worst 2%"),
            0U)
      << warning->text;
}

TEST(HostWarnings, TellOfStealOnTheReadersHost) {
  Result result = over_hosts();
  for (Sample& sample : result.cases[0].samples)
    sample.hosts.usage[Role::reader]->steal = sample.seconds;
  const std::vector<Warning> all = all_warnings(result);
  EXPECT_EQ(warning_with(all, "steal-writer"), nullptr);
  const Warning* const warning = warning_with(all, "steal-reader");
  ASSERT_NE(warning, nullptr);
  EXPECT_NE(warning->text.find("of the reader's host, netns://c"), std::string::npos)
      << warning->text;
}

TEST(HostsDiffer, AndAreNamedSinceThen) {
  const Result before = over_hosts();
  EXPECT_TRUE(differences(before, before).empty());
  Result after = before;
  after.hosts[0].nic = "eth1 (ixgbe)";
  after.hosts[2].place = "ssh://d";
  const std::vector<Difference> all = differences(before, after);
  ASSERT_EQ(all.size(), 2U);
  EXPECT_EQ(all[0].name, "writer's device");
  EXPECT_EQ(all[0].after, "eth1 (ixgbe)");
  EXPECT_EQ(all[1].name, "reader's place");
  EXPECT_EQ(all[1].before, "netns://c");
  const std::string since = since_text(before, after);
  EXPECT_NE(since.find("not the same: writer's device, reader's place"), std::string::npos)
      << since;
}

TEST(HostsDiffer, InAPingByItsOwnWords) {
  Result before = over_hosts();
  before.ping.emplace();
  Result after = before;
  after.hosts[0].nic = "eth1 (ixgbe)";
  const std::vector<Difference> all = differences(before, after);
  ASSERT_EQ(all.size(), 1U);
  EXPECT_EQ(all[0].name, "client's device");
}

TEST(HostsDiffer, FromOneMachine) {
  const std::vector<Difference> all = differences(testing::make_result({}), over_hosts());
  ASSERT_EQ(all.size(), 1U);
  EXPECT_EQ(all[0].name, "hosts");
  EXPECT_EQ(all[0].before, "one machine");
  EXPECT_EQ(all[0].after, "writer on a, relay on b, reader on c");
}

TEST(HostsExport, StandInTheHeadOfGoText) {
  const std::string text = to_benchfmt(over_hosts());
  EXPECT_NE(text.find("hosts: writer on a, relay on b, reader on c\n"), std::string::npos)
      << text.substr(0, 400);
  EXPECT_EQ(text.find("kernel: Linux 6.2.0 x86_64\n"), 0U);
}

}  // namespace
}  // namespace splicebench
