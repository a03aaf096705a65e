#include "results/json/paired_json.h"

#include <gtest/gtest.h>

#include <limits>

#include "results/json/replication_json.h"
#include "results/testing/schema_check.h"
#include "results/testing/synthetic.h"

namespace splicebench {
namespace {

std::string schema(const std::string& name) {
  return std::string(SPLICEBENCH_SOURCE_DIR) + "/results/schemas/" + name + ".schema.json";
}

/// Of paths and chunks that stand in the published tables, with others.
Result run_of(std::int64_t rounds) {
  testing::Synthetic synthetic;
  synthetic.paths = {"tcp-to-tcp", "unix-to-null"};
  synthetic.rounds = rounds;
  return testing::make_result(synthetic);
}

std::string paired_of(const Result& result) {
  return paired_json({compare_paired(result, "B/s"), compare_paired(result, "relay-cpu-sec/GB")});
}

std::string replication_of(const Result& result) {
  std::vector<ReplicatedTable> tables;
  for (const PublishedTable& table : published_tables("all")) {
    tables.push_back(replicate(result, table));
  }
  return replication_json(tables);
}

TEST(JsonNumber, IsNullForWhatJsonHasNoNumberFor) {
  EXPECT_EQ(json_number(1.5), 1.5);
  EXPECT_TRUE(json_number(std::numeric_limits<double>::infinity()).is_null());
  EXPECT_TRUE(json_number(std::numeric_limits<double>::quiet_NaN()).is_null());
}

TEST(PairedJson, FitsItsSchema) {
  EXPECT_EQ(testing::schema_errors(paired_of(run_of(20)), schema("paired")), "");
}

TEST(PairedJson, OfOneRoundFitsItsSchemaWithoutAnInterval) {
  const std::string text = paired_of(run_of(1));
  EXPECT_EQ(testing::schema_errors(text, schema("paired")), "");
  EXPECT_TRUE(nlohmann::json::parse(text)["paired"][0]["rows"][0]["high"].is_null());
}

TEST(PairedJson, SchemaRefusesARowWithoutItsBaseline) {
  nlohmann::json file = nlohmann::json::parse(paired_of(run_of(20)));
  file["paired"][0]["rows"][0].erase("baseline");
  EXPECT_NE(testing::schema_errors(file.dump(), schema("paired")), "");
}

TEST(ReplicationJson, FitsItsSchema) {
  const std::string text = replication_of(run_of(20));
  EXPECT_EQ(testing::schema_errors(text, schema("replication")), "");
  EXPECT_NE(text.find("\"here\""), std::string::npos);
  EXPECT_NE(text.find("\"command\""), std::string::npos);
}

TEST(ReplicationJson, OfOneRoundFitsItsSchema) {
  EXPECT_EQ(testing::schema_errors(replication_of(run_of(1)), schema("replication")), "");
}

TEST(ReplicationJson, WithNothingMeasuredFitsItsSchema) {
  EXPECT_EQ(testing::schema_errors(replication_of(Result()), schema("replication")), "");
}

TEST(ReplicationJson, SchemaRefusesARowWithNeitherFiguresNorCommand) {
  nlohmann::json file = nlohmann::json::parse(replication_of(Result()));
  file["published"][0]["rows"][0].erase("command");
  EXPECT_NE(testing::schema_errors(file.dump(), schema("replication")), "");
}

}  // namespace
}  // namespace splicebench
