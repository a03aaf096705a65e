#include "results/json/benchmark_json.h"

#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>

#include "results/json/result_json.h"
#include "results/testing/json_edits.h"
#include "results/testing/over_hosts.h"
#include "results/testing/synthetic.h"
#include "results/testing/testdata.h"

namespace splicebench {
namespace {

class Collector : public RecordSink {
 public:
  void record(const Record& record) override {
    names.emplace_back(record.name);
    values.clear();
    for (const Measurement& measurement : record.measurements) {
      values[std::string(measurement.unit)] = measurement.value;
    }
    label = record.settings->empty() ? "" : record.settings->front().value;
    settings.clear();
    for (const Setting& setting : *record.settings) {
      EXPECT_TRUE(setting.config || setting.key == "label" || setting.key.starts_with("/"));
      settings[setting.key] = setting.value;
    }
  }
  std::string unit_metadata(std::string_view unit, std::string_view key,
                            std::string_view value) override {
    ADD_FAILURE() << unit << key << value;
    return "";
  }
  std::vector<std::string> names;
  std::map<std::string, double> values;  ///< of the last record
  std::string label;
  std::map<std::string, std::string> settings;  ///< of the last record
};

ReadReport read(const std::string& text, Collector& sink) {
  const std::unique_ptr<ByteSource> source = memory_source(text);
  Window window(*source);
  return read_benchmark_json(window, "in.json", sink);
}

std::string error_of(const std::string& text) {
  Collector sink;
  return usage_error_of([&] { read(text, sink); });
}

TEST(BenchmarkJson, ConvertsGoogleBenchmarksUnits) {
  Collector sink;
  const ReadReport report =
      read(read_whole(results_path("fuzz/seeds/benchmark_json/google")), sink);
  EXPECT_EQ(sink.names, (std::vector<std::string>{"BM_copy/1024"}));
  EXPECT_EQ(sink.label, "warm");
  EXPECT_DOUBLE_EQ(sink.values.at("sec/op"), 1.5e-6);
  EXPECT_DOUBLE_EQ(sink.values.at("cpu-sec/op"), 1.25e-6);
  EXPECT_DOUBLE_EQ(sink.values.at("B/s"), 1e9);
  EXPECT_DOUBLE_EQ(sink.values.at("items/s"), 1e6);
  EXPECT_DOUBLE_EQ(sink.values.at("misses"), 3);
  EXPECT_EQ(sink.values.size(), 5U);
  ASSERT_EQ(report.messages.size(), 1U);
  EXPECT_NE(report.messages.front().find("'BM_bad': left out, it ended in an error: no memory"),
            std::string::npos);
}

TEST(BenchmarkJson, TellsOurResultsOfDifferentHostsApart) {
  const auto hosts_in = [](const Result& result) {
    Collector sink;
    read(to_json(result), sink);
    return sink.settings["hosts"];
  };
  EXPECT_EQ(hosts_in(testing::make_result({})), "");
  Result result = testing::over_hosts();
  EXPECT_EQ(hosts_in(result), "writer on a, relay on b, reader on c");
  result.hosts[1].place = "ssh://other";
  EXPECT_EQ(hosts_in(result), "writer on a, relay on other, reader on c");
}

TEST(BenchmarkJson, TakesOurOwnEntriesByTheirMetrics) {
  Collector sink;
  read(R"({"benchmarks":[)" +
           [] {
             const std::string own = read_whole(results_path("fuzz/seeds/result_json/result"));
             const std::size_t begin = own.find("\"benchmarks\": [") + 15;
             return own.substr(begin, own.find(']', begin) - begin);
           }() +
           "]}",
       sink);
  EXPECT_EQ(sink.names, (std::vector<std::string>{"Splice/tcp-to-tcp/1024/mode=splice"}));
  EXPECT_DOUBLE_EQ(sink.values.at("sec/op"), 1e-6);
  EXPECT_DOUBLE_EQ(sink.values.at("B/s"), 1.024e9);
  EXPECT_DOUBLE_EQ(sink.values.at("relay-cpu-sec/GB"), 0.0011 / 1024000 * 1e9);
  EXPECT_TRUE(sink.values.contains("allocs/op"));
}

TEST(BenchmarkJson, HandsOnTheConditionsOfOurOwnEntries) {
  Result result = testing::make_result({});
  for (CaseResult& one : result.cases)
    one.id.conditions[ConditionKind::congestion] = {"reno", false};
  Collector sink;
  read(to_json(result), sink);
  // What the names do not tell otherwise, and what holds for the entry.
  const std::map<std::string, std::string> expected{
      {"congestion", "cubic"},    {"placement", result.conditions.front().text},
      {"/placement", "alone"},    {"/congestion", "reno"},
      {"/socket-buffer", "auto"}, {"/link", "loopback"}};
  EXPECT_EQ(sink.settings, expected);
  EXPECT_EQ(sink.names.front(), "Splice/tcp-to-tcp/1024/congestion=reno/mode=generic");
}

TEST(BenchmarkJson, OurContextSaysOfTheMachineAndTheBuildOnlyWhatIsKnown) {
  Result result = testing::make_result({});
  result.environment.build_type = "optimized";
  const nlohmann::json file = nlohmann::json::parse(to_json(result));
  EXPECT_FALSE(file.at("context").contains("caches"));
  EXPECT_FALSE(file.at("context").contains("library_build_type"));
  EXPECT_EQ(file.at("splicebench").at("environment").at("build_type"), "optimized");
}

TEST(BenchmarkJson, NamesThePositionOfDamage) {
  EXPECT_NE(
      error_of("{\"benchmarks\": [\n{\"name\": NaN}]}").find("in.json: not valid JSON at byte"),
      std::string::npos);
  EXPECT_NE(error_of("{\"benchmarks\": [\n{\"name\": NaN}]}").find("(line 2)"), std::string::npos);
  EXPECT_NE(error_of(R"({"benchmarks": [{"name")").find("in.json: JSON cut off at byte 23"),
            std::string::npos);
  EXPECT_NE(error_of(R"({"benchmarks":[{"name":"a","real_time":1e999}]})").find("out of range"),
            std::string::npos);
}

TEST(BenchmarkJson, BoundsTokensAndNesting) {
  EXPECT_NE(error_of("{\"a\":\"" + std::string(2 << 20, 'x')).find("longer than 1 MiB after byte"),
            std::string::npos);
  EXPECT_NE(error_of("{\"a\":" + std::string(200, '[')).find("nested deeper than 100 levels"),
            std::string::npos);
}

TEST(BenchmarkJson, RefusesWhatIsNoBenchmarkResult) {
  EXPECT_NE(error_of("{\"a\": 1}").find("JSON without a list 'benchmarks'"), std::string::npos);
  EXPECT_NE(error_of(R"({"benchmarks":[{"name":"a"}]})").find("without any figure"),
            std::string::npos);
  EXPECT_NE(error_of(R"({"benchmarks":[{"real_time":1}]})").find("lacks a key"), std::string::npos);
  EXPECT_NE(error_of(R"({"benchmarks":[{"name":"a","real_time":1,"time_unit":"h"}]})")
                .find("time_unit 'h'"),
            std::string::npos);
}

TEST(BenchmarkJson, RefusesOwnEntriesThatNoRunCouldWrite) {
  using Json = nlohmann::json;
  const Json whole = Json::parse(to_json(testing::make_result({})));
  testing::expect_refused(whole,
                          {
                              {"/benchmarks/0/bytes", 7, "has 7 bytes of"},
                              {"/benchmarks/0/chunk", 0, "a chunk of 0 bytes"},
                              {"/benchmarks/0/iterations", 0, "0 iterations"},
                              {"/benchmarks/0/mode", "", "lacks its mode"},
                              {"/benchmarks/0/path", "", "lacks its path"},
                              {"/benchmarks/0/mode", Json::array(), "lacks a key"},
                              {"/benchmarks/0/path", nullptr, "lacks a key"},
                              {"/benchmarks/0/real_time", -1, "real_time is -1"},
                              {"/benchmarks/0/cpu_time", "1", "of another type"},
                              {"/benchmarks/0/round", 1000000000, "round 1000000000 of"},
                              {"/benchmarks/0/seconds", 0, "took 0 s"},
                              {"/benchmarks/-", whole["benchmarks"][0], "stands there twice"},
                          },
                          error_of);
}

}  // namespace
}  // namespace splicebench
