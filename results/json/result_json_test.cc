#include "results/json/result_json.h"

#include <gtest/gtest.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "results/files/error.h"
#include "results/model/metrics.h"
#include "results/testing/json_edits.h"
#include "results/testing/schema_check.h"
#include "results/testing/synthetic.h"

namespace splicebench {
namespace {

const std::string kSchema =
    std::string(SPLICEBENCH_SOURCE_DIR) + "/results/schemas/result.schema.json";

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

/// The second mode is somebody else's relay, whose calls could not be counted.
Result with_a_relay() {
  Result result = testing::make_result({});
  result.options.relays = {{"my-proxy", "proxy {config}", "proxy -u {config}", "a\nb", "1.2"}};
  result.options.modes[1] = "relay:my-proxy";
  for (CaseResult& one : result.cases) {
    if (one.id.mode != "splice") continue;
    one.id.mode = "relay:my-proxy";
    for (Sample& sample : one.samples) sample.calls = {};
  }
  return result;
}

TEST(ResultJson, WithSomebodyElsesRelayFitsItsSchema) {
  EXPECT_EQ(testing::schema_errors(to_json(with_a_relay()), kSchema), "");
}

TEST(ResultJson, KeepsSomebodyElsesRelayAndLeavesOutCallsThatWereNotCounted) {
  const Result before = with_a_relay();
  const Result after = parse_result(to_json(before), "test");
  EXPECT_EQ(after.options, before.options);
  for (const CaseResult& one : after.cases) {
    const bool relay = one.id.mode == "relay:my-proxy";
    EXPECT_EQ(values_of(one, "calls/op").empty(), relay) << one.id.name();
    EXPECT_EQ(values_of(one, "B/call").empty(), relay) << one.id.name();
  }
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

/// Empty where it is accepted.
std::string refusal_of(const std::string& text) {
  try {
    parse_result(text, "file.json");
  } catch (const UsageError& error) {
    EXPECT_NE(std::string(error.what()).find("file.json"), std::string::npos) << error.what();
    return error.what();
  }
  return "";
}

void expect_usage_error(const std::string& text, const std::string& part) {
  EXPECT_NE(refusal_of(text).find(part), std::string::npos) << refusal_of(text);
}

TEST(ResultJson, RefusesWhatIsNoResult) {
  expect_usage_error("", "cut off at byte 0");
  expect_usage_error("{\"context\":{}}", "not a splicebench result");
  expect_usage_error("[1,2]", "not a splicebench result");
  const std::string whole = to_json(testing::make_result({}));
  expect_usage_error(whole.substr(0, whole.size() / 2), "cut off at byte");
}

TEST(ResultJson, NamesTheLineOfASampleThatIsNone) {
  std::string text = to_json(testing::make_result({}));
  text.replace(text.find("\"bytes\":"), 8, "\"bites\":");
  expect_usage_error(text, "key 'bytes' not found at line ");
  expect_usage_error(R"({"benchmarks": [1]})", "'benchmarks' holds a value at line 1");
  expect_usage_error(R"({"benchmarks": {"a": {}}})", "'benchmarks' is no list at line 1");
}

TEST(ResultJson, RefusesSamplesOfAnUnknownCase) {
  std::string text = to_json(testing::make_result({}));
  const std::string mode = "\"mode\": \"splice\"";
  text.replace(text.find(mode), mode.size(), "\"mode\": \"splicf\"");
  expect_usage_error(text, "mode=splicf', which is not among its cases");
}

TEST(ResultJson, IsReadWithItsSectionsInAnyOrder) {
  const std::string text = to_json(testing::make_result({}));
  const nlohmann::json sorted = nlohmann::json::parse(text);
  nlohmann::ordered_json turned;
  for (const char* section : {"splicebench", "benchmarks", "context"}) {
    turned[section] = sorted.at(section);
  }
  EXPECT_EQ(to_json(parse_result(turned.dump(), "text")), text);
}

TEST(ResultJson, RefusesAResultWithoutAListOfSamples) {
  nlohmann::json file = nlohmann::json::parse(to_json(testing::make_result({})));
  file.erase("benchmarks");
  expect_usage_error(file.dump(), "no list 'benchmarks'");
}

TEST(ResultJson, RefusesAnotherSchemaVersion) {
  std::string text = to_json(testing::make_result({}));
  const std::string key = "\"schema_version\": ";
  text.replace(text.find(key) + key.size(), 1, "2");
  expect_usage_error(text, "schema version 2");
}

TEST(ResultJson, RefusesFiguresThatMakeNoSense) {
  using Json = nlohmann::json;
  const Json whole = Json::parse(to_json(testing::make_result({})));
  testing::expect_refused(
      whole,
      {
          {"/benchmarks/0/iterations", -1, "iterations is -1, which is no count"},
          {"/benchmarks/0/iterations", 0, "0 iterations"},
          {"/benchmarks/0/iterations", 1.5, "iterations is 1.5"},
          {"/benchmarks/0/iterations", true, "iterations is true"},
          {"/benchmarks/0/seconds", true, "seconds is true"},
          {"/benchmarks/0/iterations", 1000000000000000000, "which is no count"},
          {"/benchmarks/0/bytes", 7, "has 7 bytes of"},
          {"/benchmarks/0/seconds", 0, "took 0 s"},
          {"/benchmarks/0/relay_user_seconds", 1e308, "relay_user_seconds is 1e+308"},
          {"/benchmarks/0/relay_user_seconds", -1, "no figure"},
          {"/benchmarks/0/round", 20, "round 20 of"},
          {"/benchmarks/0/round", 3, "stands there twice"},
          {"/splicebench/cases/-", whole["splicebench"]["cases"][0], "stands there twice"},
          {"/splicebench/cases/0/chunk", -4, "chunk is -4"},
          {"/splicebench/options/chunks/0", 0, "a chunk of 0 bytes"},
          {"/splicebench/options/rounds", -5, "rounds is -5"},
          {"/splicebench/options/rounds", 0, "0 rounds"},
          {"/splicebench/options/min_time", 1e308, "min_time is 1e+308"},
          {"/splicebench/options/min_time", 0, "min_time of 0 s"},
          {"/splicebench/options/timeout", 1e6, "timeout of 1000000 s"},
          {"/splicebench/options/link", "token-ring", "the link 'token-ring'"},
          {"/splicebench/options/link", "veth", "is none of the options"},
          {"/splicebench/options/time", 1e6, "time of 1000000 s"},
          {"/splicebench/wall_seconds", -1, "wall_seconds is -1"},
      },
      refusal_of);
}

TEST(ResultJson, RefusesRoundTripsThatMakeNoSense) {
  Result result;
  PingCase& one = result.ping.emplace().cases.emplace_back();
  one.id = {"tcp-to-tcp", 1024, "splice"};
  one.blocks.resize(1);
  one.blocks[0].seconds = 1;
  one.blocks[0].times = Histogram(std::vector<Histogram::Bucket>{{100, 7}}, 100);
  testing::expect_refused(nlohmann::json::parse(to_json(result)),
                          {{"/benchmarks/0/iterations", 6, "6 iterations of 7 round trips"},
                           {"/benchmarks/0/latency_counts/0", 7.5, "7.5 is no whole number"},
                           {"/benchmarks/0/latency_max_ns", -1, "-1 is no whole number"},
                           {"/benchmarks/0/round", 1000, "round 1000 of"}},
                          refusal_of);
}

TEST(ResultJson, RefusesWhatANulByteHides) {
  expect_usage_error(to_json(testing::make_result({})) + std::string(1, '\0') + "hidden",
                     "a NUL byte at byte");
}

TEST(ResultJson, NamesTheConditionsInEveryEntryAndReadsThemBack) {
  Result result = testing::make_result({});
  const std::size_t cases = result.cases.size();
  for (std::size_t i = 0; i < cases; ++i) {
    CaseResult other = result.cases[i];
    other.id.conditions[ConditionKind::congestion] = {"bbr", false};
    result.cases.push_back(std::move(other));
  }
  result.conditions.push_back({ConditionKind::congestion, "bbr", false, "bbr"});
  const nlohmann::json file = nlohmann::json::parse(to_json(result));
  for (const nlohmann::json& entry : file.at("benchmarks")) {
    if (entry.at("run_type") == "aggregate") continue;
    const bool named =
        entry.at("name").get<std::string>().find("/congestion=bbr/mode=") != std::string::npos;
    EXPECT_EQ(entry.at("congestion"), named ? "bbr" : "cubic");
    EXPECT_EQ(entry.at("placement"), "alone");
  }
  EXPECT_EQ(testing::schema_errors(file.dump(), kSchema), "");
  const Result again = parse_result(file.dump(), "again");
  ASSERT_EQ(again.cases.size(), 2 * cases);
  for (std::size_t i = 0; i < again.cases.size(); ++i) {
    EXPECT_EQ(again.cases[i].id, result.cases[i].id);
    EXPECT_EQ(again.cases[i].id.name(), result.cases[i].id.name());
    EXPECT_EQ(again.cases[i].samples.size(), result.cases[i].samples.size());
  }
  EXPECT_EQ(conditions_text(again),
            "alone: relay on CPU 1, writer and reader share CPU 0; congestion control cubic, bbr");
  EXPECT_TRUE(sharing_of(again, again.cases.front().id).peers);
}

/// As files were before conditions were part of a row.
nlohmann::json older(const Result& result) {
  nlohmann::json file = nlohmann::json::parse(to_json(result));
  for (const char* key : {"placement", "congestion"}) file["context"].erase(key);
  nlohmann::json& own = file["splicebench"];
  own.erase("conditions");
  for (nlohmann::json* list : {&file["benchmarks"], &own["cases"]}) {
    for (nlohmann::json& entry : *list) {
      for (const ConditionInfo& info : kConditions) entry.erase(info.name);
    }
  }
  for (const ConditionInfo& info : kConditions) own["options"].erase(info.name);
  own["options"]["placement"] = "auto";
  own["environment"]["placement"] = "split: relay on CPU 1, writer and reader share CPU 0";
  own["environment"]["peers_share"] = true;
  return file;
}

TEST(ResultJson, ReadsTheConditionsOfFilesThatHaveOneOfEach) {
  const Result result = testing::make_result({});
  nlohmann::json file = older(result);
  const Result first = parse_result(file.dump(), "first");
  ASSERT_EQ(first.cases.size(), result.cases.size());
  EXPECT_EQ(first.cases.front().samples.size(), result.cases.front().samples.size());
  const Conditions& then = first.cases.front().id.conditions;
  EXPECT_EQ(then[ConditionKind::placement].value, "alone");
  EXPECT_EQ(then[ConditionKind::congestion].value, "");
  EXPECT_EQ(then[ConditionKind::link].value, "loopback");
  EXPECT_EQ(conditions_text(first), "split: relay on CPU 1, writer and reader share CPU 0");
  EXPECT_TRUE(sharing_of(first, first.cases.front().id).peers);

  nlohmann::json& own = file["splicebench"];
  own["options"]["congestion"] = "reno";
  own["options"]["socket_buffer"] = 65536;
  own["options"]["link"] = "veth";
  own["environment"]["placement"] = "same: writer, relay and reader share CPU 1";
  own["environment"]["writer_shares"] = own["environment"]["reader_shares"] = true;
  own["environment"]["congestion"] = "reno";
  own["environment"]["link"] = "veth, netem delay 1ms";
  for (nlohmann::json& entry : file["benchmarks"]) {
    entry["placement"] = own["environment"]["placement"];
    entry["congestion"] = "reno";
    entry["link"] = own["environment"]["link"];
  }
  const Result second = parse_result(file.dump(), "second");
  EXPECT_EQ(conditions_text(second),
            "same: writer, relay and reader share CPU 1; congestion control reno; socket buffers "
            "of 64KiB; veth, netem delay 1ms");
  EXPECT_EQ(second.cases.front().id.name(), "Splice/tcp-to-tcp/1024/mode=generic");
  EXPECT_TRUE(sharing_of(second, second.cases.front().id).writer);
}

TEST(ResultJson, RefusesAConditionItDoesNotKnow) {
  nlohmann::json file = nlohmann::json::parse(to_json(testing::make_result({})));
  file["splicebench"]["conditions"][0]["condition"] = "weather";
  expect_usage_error(file.dump(), "unknown condition 'weather'");
}

}  // namespace
}  // namespace splicebench
