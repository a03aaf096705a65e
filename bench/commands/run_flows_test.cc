// Many flows as users run them: a condition of rows, its figures, bad input.

#include <gtest/gtest.h>

#include <algorithm>

#include "bench/testing/run_command.h"
#include "results/json/result_json.h"
#include "results/model/metrics.h"
#include "results/testing/schema_check.h"

namespace splicebench {
namespace {

using CommandRunFlows = testing::RunCommandTest;

std::vector<std::string> with(std::vector<std::string> arguments,
                              const std::vector<std::string>& more) {
  arguments.insert(arguments.end(), more.begin(), more.end());
  return arguments;
}

TEST_F(CommandRunFlows, AreRowsOfTheirOwnWithTheirFiguresAndGoOn) {
  const std::string path = in_directory("r.json");
  ASSERT_EQ(run(with(small_run(path, 2), {"--flows", "1,3", "--details"})), 0) << err();
  EXPECT_NE(out().find("tcp-to-tcp, flows=3"), std::string::npos) << out();
  EXPECT_NE(out().find("Jain's index"), std::string::npos) << out();
  EXPECT_EQ(testing::schema_errors(testing::text_of(path), testing::kSchema), "");
  const Result result = read_result(path);
  ASSERT_EQ(result.cases.size(), 8U);
  for (const CaseResult& one : result.cases) {
    const bool many = flows_of(one.id.conditions) > 1;
    EXPECT_EQ(one.id.name().find("/flows=3/mode=") != std::string::npos, many) << one.id.name();
    EXPECT_EQ(values_of(one, "jain-index").size(), 0U) << "so few bytes tell nothing of them";
    for (const Sample& sample : one.samples) {
      EXPECT_EQ(sample.error, "");
      EXPECT_EQ(sample.flows.has_value(), many);
    }
  }
  EXPECT_NE(result.environment.command.find("--flows 1,3"), std::string::npos);
  ASSERT_EQ(run({"compare", "-row", ".fullname", "-col", "/flows", "-filter", ".unit:B/s", path}),
            0)
      << err();
  EXPECT_NE(out().find("       3       "), std::string::npos) << out();
  ASSERT_EQ(run({"run", "--resume", path, "--flows", "1"}), 2);
  EXPECT_NE(err().find("--flows: differs from the run"), std::string::npos) << err();
}

TEST_F(CommandRunFlows, OfSomebodyElsesRelayStandBesideOursOrAreRefusedByNameAlone) {
  const std::string path = in_directory("r.json");
  const auto relay = [](const std::string& fault) {
    return "--relay=" + fault + "=python3 '" + SPLICEBENCH_BAD_RELAY + "' " + fault +
           " {listen} {connect}";
  };
  ASSERT_EQ(run(with(small_run(path, 2), {"--filter", "tcp-to-tcp", "--flows", "3", relay("many"),
                                          relay("one"), "--details"})),
            0)
      << err();
  EXPECT_NE(err().find("3 flows are not measured with relay:one: "), std::string::npos) << err();
  const Result result = read_result(path);
  ASSERT_EQ(result.cases.size(), 3U);
  EXPECT_EQ(result.cases.back().id.name(), "Splice/tcp-to-tcp/4096/flows=3/mode=relay:many");
  for (const Sample& sample : result.cases.back().samples) {
    EXPECT_EQ(sample.error, "");
    EXPECT_TRUE(sample.flows && sample.flows->relay_memory);
  }
  EXPECT_TRUE(std::any_of(result.warnings.begin(), result.warnings.end(),
                          [](const Warning& one) { return one.code == "relay-refused"; }));
  EXPECT_EQ(run(with(small_run(in_directory("s.json"), 2),
                     {"--filter", "relay:one", "--flows", "3", relay("one")})),
            2);
  EXPECT_EQ(run({"run", "--dry-run", "--flows", "4", "--relay-threads", "2", relay("many")}), 2);
  EXPECT_NE(err().find("--relay: many cannot be told how many threads to have"), std::string::npos)
      << err();
}

TEST_F(CommandRunFlows, TakeLongerSamplesThanOneUnlessTold) {
  const auto plan = [&](const std::vector<std::string>& more) {
    EXPECT_EQ(run(with({"run", "--dry-run", "--paths", "tcp-to-tcp", "--rounds", "9"}, more)), 0)
        << err();
    return out();
  };
  EXPECT_NE(plan({}).find("of at least 0.007 s"), std::string::npos);
  EXPECT_NE(plan({"--flows", "1"}).find("of at least 0.007 s"), std::string::npos);
  EXPECT_NE(plan({"--flows", "1,64"}).find("of at least 0.1 s"), std::string::npos);
  EXPECT_NE(plan({"--flows", "64", "--min-time", "20ms"}).find("of at least 0.02 s"),
            std::string::npos);
}

TEST_F(CommandRunFlows, ThatCannotBeAreRefusedInOneSentence) {
  const auto refused = [&](const std::vector<std::string>& more, const std::string& part) {
    EXPECT_EQ(run(with(small_run(in_directory("r.json")), more)), 2) << part;
    const std::string text = err();
    EXPECT_NE(text.find(part), std::string::npos) << text;
    EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 1) << text;
  };
  refused({"--flows", "0"}, "--flows: '0' is not a whole number from 1 to 4096");
  refused({"--flows", "many"}, "--flows: 'many' is not a whole number");
  refused({"--flows", "3,3"}, "--flows: '3' is given twice");
  refused({"--flows", "1,"}, "--flows: '1,' has an empty part");
  refused({"--relay-threads", "2"}, "--relay-threads: serve many flows; add --flows");
  refused({"--flows", "3", "--peer-threads", "4"}, "--peer-threads: 4 threads are more than 3");
  EXPECT_EQ(run({"run", "--dry-run", "--paths", "file-to-tcp", "--flows", "16"}), 2);
  EXPECT_NE(err().find("--flows: file-to-tcp has one flow"), std::string::npos) << err();
  EXPECT_EQ(run({"ping", "--flows", "2"}), 2);
}

}  // namespace
}  // namespace splicebench
