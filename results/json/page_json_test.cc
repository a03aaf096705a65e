#include "results/json/page_json.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace splicebench {
namespace {

Result small_run() {
  Result result;
  result.options.modes = {"generic", "splice"};
  for (const std::string& mode : result.options.modes) {
    CaseResult one{{"tcp-to-tcp", 2048, mode}, {}, {}};
    for (int round = 0; round < 2; ++round) {
      Sample sample;
      sample.round = round;
      sample.iterations = 3;
      sample.bytes = 6144;
      sample.seconds = 1.0 / 3;
      one.samples.push_back(sample);
    }
    result.cases.push_back(one);
  }
  return result;
}

nlohmann::json page_of(const Result& result) {
  return nlohmann::json::parse(page_json({&result, nullptr, {{"generic", 0}, {"splice", 1}}}));
}

TEST(PageJson, NamesCasesByTheirPlaces) {
  const nlohmann::json page = page_of(small_run());
  EXPECT_EQ(page["paths"], nlohmann::json({"tcp-to-tcp"}));
  EXPECT_EQ(page["chunks"], nlohmann::json({2048}));
  EXPECT_EQ(page["cases"][1]["id"], nlohmann::json({0, 0, 1}));
  EXPECT_EQ(page["samples"].size(), 4U);
}

TEST(PageJson, FiguresHaveSixDigitsAndWhatIsNotFiniteIsNull) {
  const nlohmann::json page = page_of(small_run());
  const nlohmann::json& speed = page["cases"][0]["speed"];
  EXPECT_EQ(speed[0], 18432);
  EXPECT_TRUE(speed[1].is_null()) << "two samples have no interval";
  const std::vector<std::string> columns = page["sample_columns"];
  EXPECT_EQ(columns[6], "seconds");
  EXPECT_DOUBLE_EQ(page["samples"][0][6].get<double>(), 0.333333);
}

TEST(PageJson, AFailedSampleEndsInItsError) {
  Result result = small_run();
  result.cases[0].samples[1].error = "reader hung up";
  const nlohmann::json page = page_of(result);
  const std::size_t last = page["sample_columns"].size() - 1;
  EXPECT_EQ(page["samples"][1][last], "reader hung up");
  EXPECT_TRUE(page["samples"][1][5].is_null());
}

TEST(PageJson, MayStandInAScriptElement) {
  Result result = small_run();
  const std::string hostile = "</script><!-- & \u2028 \xff";
  result.cases[0].samples[0].error = hostile;
  result.cases[0].id.path = hostile;
  const std::string text = page_json({&result, nullptr, {{"generic", 0}, {"splice", 1}}});
  for (const char c : text) {
    ASSERT_TRUE(c >= ' ' && c < 127 && c != '<' && c != '>' && c != '&');
  }
  EXPECT_EQ(nlohmann::json::parse(text)["paths"][0], "</script><!-- & \u2028 \uFFFD");
}

TEST(PageJson, TellsTheChunksOfOneResultFromThoseOfBoth) {
  Result result = small_run();
  result.options.chunks = {1024, 2048};
  Result older = small_run();
  older.options.chunks = {2048, 4096};
  const nlohmann::json page =
      nlohmann::json::parse(page_json({&result, &older, {{"generic", 0}, {"splice", 1}}}));
  EXPECT_EQ(page["planned"], nlohmann::json({1024, 2048}));
  EXPECT_EQ(page["planned_in_both"], nlohmann::json({2048}));
}

}  // namespace
}  // namespace splicebench
