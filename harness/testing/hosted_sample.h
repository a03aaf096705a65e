#pragma once

// Samples whose processes are started by agents of this machine.

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <vector>

#include "bench/testing/children.h"
#include "harness/hosts/host_set.h"
#include "harness/machine/placement.h"
#include "harness/sample/sample.h"
#include "harness/system/process_tree.h"
#include "harness/testing/programs.h"
#include "harness/testing/small_plan.h"

namespace splicebench::testing {

class HostedSample : public ::testing::Test {
 protected:
  HostedSample() {
    setting_.programs = programs();
    setting_.placement = place("none", allowed_cpus());
    setting_.timeout = 20;
  }

  /// The first process ever started leaves the launcher's own descriptors open.
  static void SetUpTestSuite() { spawn({"/bin/true", {}, {}, {}}).wait(); }

  void SetUp() override { descriptors_ = open_descriptors(); }

  void TearDown() override {
    hosts_.reset();
    EXPECT_TRUE(children().empty());
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
  static pid_t agent() { return children().front().first; }
  /// All are there, and bytes flow.
  static bool writer_works() {
    const std::vector<pid_t> cast = processes_below(agent());
    return cast.size() == 3 && usage_of(cast.front()).seconds > 0.05;
  }

  std::optional<HostSet> hosts_;
  SampleSetting setting_;
  SamplePlan plan_ = small_plan();
  std::size_t descriptors_ = 0;
};

}  // namespace splicebench::testing
