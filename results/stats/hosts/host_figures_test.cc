#include "results/stats/hosts/host_figures.h"

#include <gtest/gtest.h>

#include <vector>

#include "results/testing/over_hosts.h"

namespace splicebench {
namespace {

/// A case of three good samples over hosts, of 1, 2 and 4 GB, and one that is an error.
Result small_result() {
  Result result = testing::over_hosts();
  result.cases.resize(2);
  std::vector<Sample>& samples = result.cases[0].samples;
  samples.resize(4);
  const double gigabytes[] = {4, 1, 2, 1};
  for (std::size_t i = 0; i < samples.size(); ++i) {
    Sample& sample = samples[i];
    sample.bytes = static_cast<std::int64_t>(gigabytes[i] * 1e9);
    sample.seconds = 2;
    const double seconds = static_cast<double>(i + 1);
    sample.system = SystemTimes{10 * seconds, 5 * seconds, seconds};
    sample.hosts.usage[Role::writer] = SystemTimes{seconds, seconds / 2, 0};
    sample.hosts.usage[Role::reader].reset();
    sample.hosts.control_round_trip = 0.002 * seconds;
    sample.hosts.strangers = static_cast<std::int64_t>(i + 1);
  }
  samples[3].error = "lost";
  return result;
}

TEST(HostFigures, AreOfEachRolesHostAndThatOfTheRelayIsTheSamplesOwn) {
  const Result result = small_result();
  const std::vector<HostFigures> all = host_figures(result);
  ASSERT_EQ(all.size(), 2U);
  EXPECT_EQ(all[0].id, result.cases[0].id);
  EXPECT_EQ(all[1].id, result.cases[1].id);
  // 1 s in 4 GB, 2 s in 1 GB, 3 s in 2 GB.
  const HostUse writer = all[0].use[Role::writer].value();
  EXPECT_DOUBLE_EQ(writer.busy, 1.5);
  EXPECT_DOUBLE_EQ(writer.softirq, 0.75);
  EXPECT_EQ(writer.steal, 0);
  const HostUse relay = all[0].use[Role::relay].value();
  EXPECT_DOUBLE_EQ(relay.busy, 15);
  EXPECT_DOUBLE_EQ(relay.softirq, 7.5);
  EXPECT_DOUBLE_EQ(relay.steal, 6.0 / 66);
  EXPECT_FALSE(all[0].use[Role::reader]) << "nothing was measured there";
}

TEST(HostFigures, OfARelaysHostThatIsNotKnownAreNone) {
  Result result = small_result();
  for (Sample& sample : result.cases[0].samples) sample.system.known = false;
  EXPECT_FALSE(host_figures(result)[0].use[Role::relay]);
  result.cases[0].samples[1].system = SystemTimes{0, 0, 0};
  const HostUse idle = host_figures(result)[0].use[Role::relay].value();
  EXPECT_EQ(idle.busy, 0);
  EXPECT_EQ(idle.steal, 0) << "of no time at all";
  result.cases[0].samples[1].system = SystemTimes{-0.01, 0, 0.01};
  EXPECT_EQ(host_figures(result)[0].use[Role::relay]->steal, 0) << "of none by the steps of clocks";
  result.cases[0].samples[1].system = SystemTimes{1, 0, -0.01};
  EXPECT_EQ(host_figures(result)[0].use[Role::relay]->steal, 0) << "by the steps of a clock";
}

TEST(HostFigures, TellByHowMuchTheControlPathMakesSamplesTooLong) {
  Result result = small_result();
  HostFigures figures = host_figures(result)[0];
  EXPECT_DOUBLE_EQ(figures.off.value(), 0.002);
  EXPECT_DOUBLE_EQ(figures.worst_off, 0.003);
  EXPECT_EQ(figures.far, 0);
  EXPECT_EQ(figures.samples, 3) << "an error tells nothing";
  EXPECT_EQ(figures.strangers, 1 + 2 + 3 + 4) << "but who came while it failed came";
  std::vector<Sample>& samples = result.cases[0].samples;
  samples[0].hosts.control_round_trip = 2 * kMostOff;
  samples[1].hosts.control_round_trip = 2.002 * kMostOff;
  samples[2].hosts.control_round_trip.reset();
  samples[2].hosts.strangers.reset();
  figures = host_figures(result)[0];
  EXPECT_EQ(figures.far, 1) << "more than that";
  EXPECT_DOUBLE_EQ(figures.worst_off, 1.001 * kMostOff);
  EXPECT_EQ(figures.samples, 2);
  EXPECT_EQ(figures.strangers, 1 + 2 + 4);
  for (Sample& sample : samples) sample.hosts.control_round_trip.reset();
  EXPECT_FALSE(host_figures(result)[0].off);
}

TEST(HostFigures, OfARunOnThisMachineAreNone) {
  EXPECT_TRUE(host_figures(testing::make_result({})).empty());
}

}  // namespace
}  // namespace splicebench
