#include "plots/page/page_json.h"

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

std::string page_text(const Result& result) {
  const ChartInput input = chart_input({result}, {"a.json"});
  std::vector<Chart> all;
  for (const ChartType& type : charts()) all.push_back(compute(type, input));
  return page_json(all, result, input.modes);
}

nlohmann::json page_of(const Result& result) { return nlohmann::json::parse(page_text(result)); }

TEST(PageJson, NamesCasesByTheirPlaces) {
  const nlohmann::json page = page_of(small_run());
  EXPECT_EQ(page["paths"], nlohmann::json({"tcp-to-tcp"}));
  EXPECT_EQ(page["sizes"], nlohmann::json({"2\u00A0KiB"}));
  EXPECT_EQ(page["samples"].size(), 4U);
  EXPECT_EQ(page["samples"][2][0], 0);
  EXPECT_EQ(page["samples"][2][1], 0);
  EXPECT_EQ(page["samples"][2][2], 1) << "splice";
}

TEST(PageJson, FiguresHaveSixDigitsAndWhatIsNotFiniteIsNull) {
  const nlohmann::json page = page_of(small_run());
  const nlohmann::json& throughput = page["charts"][0];
  const nlohmann::json& point = throughput["panels"][0]["series"][0]["points"][0];
  EXPECT_EQ(throughput["name"], "throughput");
  EXPECT_EQ(point[0], 2048);
  EXPECT_DOUBLE_EQ(point[1].get<double>(), 18.432) << "kB/s";
  EXPECT_EQ(point[2], "18.4\u00A0kB/s");
  EXPECT_EQ(point[3], "") << "two samples have no interval";
  EXPECT_EQ(point.size(), 5U);
  EXPECT_TRUE(throughput["panels"][0]["y"]["reach"].is_null());
  const std::vector<std::string> columns = page["sample_columns"];
  EXPECT_EQ(columns[6], "seconds");
  EXPECT_EQ(columns.size(), page["samples"][0].size() + 1) << "no error";
  EXPECT_DOUBLE_EQ(page["samples"][0][6].get<double>(), 0.333333);
}

TEST(PageJson, AChunkIsNotRounded) {
  Result result = small_run();
  for (CaseResult& one : result.cases) one.id.chunk = 16777217;
  const nlohmann::json page = page_of(result);
  EXPECT_EQ(page["charts"][0]["panels"][0]["series"][0]["points"][0][0], 16777217);
  EXPECT_EQ(page["charts"][0]["x"]["marks"][0][0], 16777217);
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
  const std::string hostile = "</script><!-- & \u2028 \xff \"\\\n😀";
  result.cases[0].samples[0].error = hostile;
  result.cases[0].id.path = hostile;
  const std::string text = page_text(result);
  for (const char c : text) {
    ASSERT_TRUE(c >= ' ' && c < 127 && c != '<' && c != '>' && c != '&');
  }
  EXPECT_EQ(nlohmann::json::parse(text)["paths"][0], "</script><!-- & \u2028 \uFFFD \"\\\n😀");
}

TEST(PageJson, ALineHasGapsAtTheChunksThatWerePlanned) {
  Result result = small_run();
  result.options.chunks = {1024, 2048};
  const nlohmann::json page = page_of(result);
  EXPECT_EQ(page["charts"][0]["panels"][0]["planned"], nlohmann::json({1024, 2048}));
}

}  // namespace
}  // namespace splicebench
