// The facts of samples in a result file.

#include <gtest/gtest.h>

#include "results/files/error.h"
#include "results/json/result_json.h"
#include "results/testing/schema_check.h"
#include "results/testing/synthetic.h"

namespace splicebench {
namespace {

const std::string kFactsSchema =
    std::string(SPLICEBENCH_SOURCE_DIR) + "/results/schemas/result.schema.json";

/// A field of each kind has a number of its own.
SocketFacts numbered(std::int64_t first) {
  SocketFacts facts;
  for (const SocketCount& field : kSocketCounts) facts.*field.value = ++first;
  for (const SocketTime& field : kSocketTimes)
    facts.*field.value = static_cast<double>(++first) / 8;
  facts.congestion = {'c', 'u', 'b', 'i', 'c'};
  return facts;
}

Result with_facts() {
  Result result = testing::make_result({});
  Sample& sample = result.cases[0].samples[2];
  sample.facts.writer = numbered(100);
  sample.facts.sink = numbered(200);
  sample.facts.source.emplace().receive_memory = 7;  // no TCP
  sample.facts.writer_process = {1, 2, 3, 4};
  sample.facts.reader_process.major_faults = 5;
  sample.facts.relay_process.minor_faults = 6;
  sample.facts.net.zero_windows = 8;
  sample.facts.cpus[0] = {0, 0.25};
  sample.facts.cpus[1] = {3, -0.01};
  sample.warmup_rates = {1e9, 1.5e9};
  sample.marks = {0, 0.125, 0.25, 0.375, 0.5, 0.625, 0.75, 0.875};
  for (double& mark : sample.marks) mark *= sample.seconds;
  return result;
}

TEST(FactsJson, FitsTheSchema) {
  EXPECT_EQ(testing::schema_errors(to_json(with_facts()), kFactsSchema), "");
}

TEST(FactsJson, IsReadBackAsItWasAndWhatIsAbsentStaysSo) {
  const Result result = with_facts();
  const Result again = parse_result(to_json(result), "facts");
  const Sample& before = result.cases[0].samples[2];
  const Sample& after = again.cases[0].samples[2];
  for (const auto socket : {&Facts::writer, &Facts::sink}) {
    ASSERT_TRUE((after.facts.*socket).has_value());
    for (const SocketCount& field : kSocketCounts)
      EXPECT_EQ((*(after.facts.*socket)).*field.value, (*(before.facts.*socket)).*field.value)
          << field.name;
    for (const SocketTime& field : kSocketTimes)
      EXPECT_EQ((*(after.facts.*socket)).*field.value, (*(before.facts.*socket)).*field.value)
          << field.name;
    EXPECT_STREQ((after.facts.*socket)->congestion.data(), "cubic");
  }
  EXPECT_EQ(after.facts.source->receive_memory, 7);
  EXPECT_FALSE(after.facts.source->cwnd.has_value());
  EXPECT_EQ(after.facts.source->congestion[0], '\0');
  EXPECT_FALSE(after.facts.reader.has_value());
  EXPECT_EQ(after.facts.writer_process.minor_faults, 3);
  EXPECT_EQ(after.facts.reader_process.major_faults, 5);
  EXPECT_FALSE(after.facts.reader_process.minor_faults.has_value());
  EXPECT_EQ(after.facts.relay_process.minor_faults, 6);
  EXPECT_EQ(after.facts.net.zero_windows, 8);
  EXPECT_FALSE(after.facts.net.collapsed.has_value());
  EXPECT_EQ(after.facts.cpus[1].cpu, 3);
  EXPECT_EQ(after.facts.cpus[1].seconds, -0.01);
  EXPECT_EQ(after.facts.cpus[2].cpu, -1);
  EXPECT_EQ(after.warmup_rates, before.warmup_rates);
  EXPECT_EQ(after.marks, before.marks);
  EXPECT_TRUE(again.cases[0].samples[3].marks.empty());
}

TEST(FactsJson, RefusesMarksThatMakeNoSense) {
  const auto refused = [](const auto& change) {
    Result result = with_facts();
    change(result.cases[0].samples[2]);
    EXPECT_THROW(parse_result(to_json(result), "facts"), UsageError);
  };
  refused([](Sample& sample) { sample.marks.pop_back(); });
  refused([](Sample& sample) { std::swap(sample.marks[2], sample.marks[3]); });
  refused([](Sample& sample) { sample.marks.back() = sample.seconds * 1.01; });
}

TEST(FactsJson, OfAFileSourceHasNoWriter) {
  Result result = with_facts();
  result.cases[0].samples[2].writer.reset();
  EXPECT_EQ(testing::schema_errors(to_json(result), kFactsSchema), "");
  EXPECT_FALSE(parse_result(to_json(result), "facts").cases[0].samples[2].writer.has_value());
}

}  // namespace
}  // namespace splicebench
