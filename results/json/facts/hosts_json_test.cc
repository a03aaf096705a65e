// Hosts in a result file and in a journal.

#include <gtest/gtest.h>

#include "results/files/error.h"
#include "results/formats/journal.h"
#include "results/json/result_json.h"
#include "results/testing/json_edits.h"
#include "results/testing/over_hosts.h"
#include "results/testing/schema_check.h"

namespace splicebench {
namespace {

using testing::over_hosts;

const std::string kHostsSchema =
    std::string(SPLICEBENCH_SOURCE_DIR) + "/results/schemas/result.schema.json";

Result with_all_options() {
  Result result = over_hosts();
  result.options.hosts.remote_program = "/opt/splicebench";
  result.options.hosts.copy = true;
  result.cases[0].samples[3].hosts.strangers = 4;
  result.cases[0].samples[4].hosts = {};
  return result;
}

TEST(HostsJson, FitsTheSchema) {
  EXPECT_EQ(testing::schema_errors(to_json(with_all_options()), kHostsSchema), "");
}

TEST(HostsJson, IsReadBackAsItWas) {
  const Result result = with_all_options();
  const Result again = parse_result(to_json(result), "hosts");
  EXPECT_EQ(again.options.hosts, result.options.hosts);
  EXPECT_EQ(again.hosts, result.hosts);
  const HostSample& sample = again.cases[0].samples[3].hosts;
  EXPECT_EQ(sample.strangers, 4);
  EXPECT_EQ(sample.control_round_trip, result.cases[0].samples[3].hosts.control_round_trip);
  const std::optional<SystemTimes>& writer = sample.usage[Role::writer];
  ASSERT_TRUE(writer);
  EXPECT_EQ(writer->busy, result.cases[0].samples[3].hosts.usage[Role::writer]->busy);
  EXPECT_FALSE(sample.usage[Role::relay]);
  EXPECT_FALSE(again.cases[0].samples[4].hosts.strangers);
  EXPECT_FALSE(again.cases[0].samples[4].hosts.control_round_trip);
  EXPECT_FALSE(again.cases[0].samples[4].hosts.usage[Role::reader]);
}

TEST(HostsJson, AreNotInAResultOfOneMachine) {
  const std::string text = to_json(testing::make_result({}));
  for (const char* word : {"\"hosts\"", "strangers", "control_round_trip", "addresses", "_host_"})
    EXPECT_EQ(text.find(word), std::string::npos) << word;
}

TEST(HostsJson, StandInTheHeadOfAJournal) {
  const Result result = with_all_options();
  const CaseResult& one = result.cases[0];
  const JournalContents contents = parse_journal(
      journal_header(result) + journal_sample(one.id, one.samples[3]), "a.json.journal");
  EXPECT_EQ(contents.result.hosts, result.hosts);
  EXPECT_EQ(contents.result.options, result.options);
  EXPECT_EQ(contents.result.cases[0].samples[0].hosts.strangers, 4);
}

TEST(HostsJson, WhatIsNoPlaceAndNoRoleIsRefused) {
  const auto error_of = [](const std::string& text) -> std::string {
    try {
      parse_result(text, "odd");
    } catch (const UsageError& error) {
      return error.what();
    }
    return "taken";
  };
  const nlohmann::json whole = nlohmann::json::parse(to_json(over_hosts()));
  testing::expect_refused(
      whole,
      {{"/splicebench/options/hosts/reader", "ssh://-oProxyCommand=x",
        "the reader's place 'ssh://-oProxyCommand=x' is not local, netns://NAME or ssh://"},
       {"/splicebench/options/hosts/echo", "local", "'echo' is neither writer, relay nor reader"},
       {"/splicebench/options/hosts", "ssh://a", "type must be object"},
       {"/splicebench/hosts/1/role", "echo", "'echo' is neither"},
       {"/splicebench/hosts/1/cpus", -1, "cpus is -1"},
       {"/benchmarks/0/strangers", 0.5, "strangers is 0.5"},
       {"/benchmarks/0/control_round_trip_seconds", -1, "control_round_trip_seconds is -1"}},
      error_of);
}

}  // namespace
}  // namespace splicebench
