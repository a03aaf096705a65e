#include "results/result_json.h"

#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <fstream>

#include "results/error.h"
#include "results/testing/schema_check.h"
#include "results/testing/synthetic.h"

namespace splicebench {
namespace {

const std::string kSchema = std::string(SPLICEBENCH_SOURCE_DIR) + "/results/result.schema.json";

Result with_an_error() {
  Result result = testing::make_result({});
  Sample& sample = result.cases[1].samples[3];
  sample.error = "the writer (process 12) was killed by signal 9 (Killed)";
  return result;
}

TEST(ResultJson, FitsItsSchema) {
  EXPECT_EQ(testing::schema_errors(to_json(testing::make_result({})), kSchema), "");
}

TEST(ResultJson, WithAFailedSampleFitsItsSchema) {
  EXPECT_EQ(testing::schema_errors(to_json(with_an_error()), kSchema), "");
}

TEST(ResultJson, OfOneRoundFitsItsSchemaWithNullForEndlessIntervals) {
  testing::Synthetic one_round;
  one_round.rounds = 1;
  const std::string text = to_json(testing::make_result(one_round));
  EXPECT_EQ(testing::schema_errors(text, kSchema), "");
  EXPECT_NE(text.find("null"), std::string::npos);
  EXPECT_EQ(text.find("Infinity"), std::string::npos);
}

TEST(ResultJson, SchemaRefusesASampleWithoutItsBytes) {
  std::string text = to_json(testing::make_result({}));
  text.replace(text.find("\"bytes\":"), 8, "\"bites\":");
  EXPECT_NE(testing::schema_errors(text, kSchema), "");
}

TEST(ResultJson, IsReadBackAsItWas) {
  const Result result = with_an_error();
  const Result back = parse_result(to_json(result), "text");
  EXPECT_EQ(to_json(back), to_json(result));
  EXPECT_EQ(back.options, result.options);
  EXPECT_EQ(back.cases[1].samples[3].error, result.cases[1].samples[3].error);
  EXPECT_EQ(back.cases[0].samples[7].seconds, result.cases[0].samples[7].seconds);
}

TEST(ResultJson, CarriesTheWarningsItsSamplesGiveRiseTo) {
  const Result back = parse_result(to_json(with_an_error()), "text");
  ASSERT_FALSE(back.warnings.empty());
  EXPECT_EQ(back.warnings.front().code, "errors");
}

void expect_usage_error(const std::string& text, const std::string& part) {
  try {
    parse_result(text, "file.json");
    FAIL() << "accepted: " << text.substr(0, 80);
  } catch (const UsageError& error) {
    EXPECT_NE(std::string(error.what()).find("file.json"), std::string::npos) << error.what();
    EXPECT_NE(std::string(error.what()).find(part), std::string::npos) << error.what();
  }
}

TEST(ResultJson, RefusesWhatIsNoResult) {
  expect_usage_error("", "cannot be read");
  expect_usage_error("{\"context\":{}}", "not a splicebench result");
  expect_usage_error("[1,2]", "not a splicebench result");
  const std::string whole = to_json(testing::make_result({}));
  expect_usage_error(whole.substr(0, whole.size() / 2), "cannot be read");
}

TEST(ResultJson, RefusesAnotherSchemaVersion) {
  std::string text = to_json(testing::make_result({}));
  const std::string key = "\"schema_version\": ";
  text.replace(text.find(key) + key.size(), 1, "2");
  expect_usage_error(text, "schema version 2");
}

class AtomicWrite : public ::testing::Test {
 protected:
  void SetUp() override {
    directory_ =
        std::filesystem::temp_directory_path() / ("splicebench-test-" + std::to_string(::getpid()));
    std::filesystem::create_directories(directory_);
  }
  void TearDown() override { std::filesystem::remove_all(directory_); }

  std::filesystem::path directory_;
};

TEST_F(AtomicWrite, ReplacesTheFileAndLeavesNothingElse) {
  const std::string path = directory_ / "out.json";
  write_file_atomically(path, "one");
  write_file_atomically(path, "two");
  std::ifstream file(path);
  std::string text;
  std::getline(file, text);
  EXPECT_EQ(text, "two");
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(directory_), {}), 1);
}

TEST_F(AtomicWrite, ThatFailsKeepsWhatWasThere) {
  EXPECT_THROW(write_file_atomically(directory_ / "missing" / "out.json", "text"),
               std::system_error);
  const std::string occupied = directory_ / "occupied";
  std::filesystem::create_directories(occupied + "/inner");
  EXPECT_THROW(write_file_atomically(occupied, "text"), std::system_error);
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(directory_), {}), 1);
}

}  // namespace
}  // namespace splicebench
