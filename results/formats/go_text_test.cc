#include "results/formats/go_text.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "results/testing/testdata.h"

namespace splicebench {
namespace {

class GoCollector : public RecordSink {
 public:
  void record(const Record& record) override {
    std::string line(record.name);
    for (const Measurement& measurement : record.measurements) {
      line += " " + std::to_string(measurement.value) + " " + std::string(measurement.unit);
    }
    for (const Setting& setting : *record.settings) {
      line += " [" + setting.key + "=" + setting.value + "]";
    }
    records.push_back(line);
  }
  std::string unit_metadata(std::string_view unit, std::string_view key,
                            std::string_view value) override {
    records.push_back("Unit " + std::string(unit) + " " + std::string(key) + " " +
                      std::string(value));
    return "";
  }
  std::vector<std::string> records;
};

ReadReport read_go(const std::string& text, GoCollector& sink) {
  const std::unique_ptr<ByteSource> source = memory_source(text);
  Window window(*source);
  return read_go_text(window, "in.txt", sink);
}

std::string go_error_of(const std::string& text) {
  GoCollector sink;
  return usage_error_of([&] { read_go(text, sink); });
}

TEST(GoText, ReadsResultsSettingsAndUnits) {
  GoCollector sink;
  const ReadReport report = read_go(
      "goos: linux\nUnit ns/op assume=exact\nBenchmarkA-8 10 2 ns/op 3 B/op\r\ngoos:\n"
      "--- BENCH: log\nBenchmarkB 1 4 ns/op\n",
      sink);
  EXPECT_EQ(report.records, 2U);
  EXPECT_EQ(sink.records, (std::vector<std::string>{"Unit ns/op assume exact",
                                                    "A-8 2.000000 ns/op 3.000000 B/op [goos=linux]",
                                                    "B 4.000000 ns/op"}));
}

TEST(GoText, DropsMalformedLinesWithTheirNumber) {
  GoCollector sink;
  const ReadReport report = read_go("BenchmarkA 1 x ns/op\nBenchmarkA 1 1 ns/op\n", sink);
  EXPECT_EQ(report.records, 1U);
  EXPECT_EQ(report.messages,
            (std::vector<std::string>{"in.txt:1: parsing measurement: invalid syntax"}));
}

TEST(GoText, DropsNaN) {
  GoCollector sink;
  const ReadReport report = read_go("BenchmarkA 1 NaN ns/op\n", sink);
  EXPECT_EQ(report.records, 0U);
  ASSERT_EQ(report.messages.size(), 1U);
  EXPECT_NE(report.messages.front().find("in.txt:1: measurement is NaN"), std::string::npos);
}

TEST(GoText, RefusesAFileThatEndsWithinALine) {
  EXPECT_NE(
      go_error_of("BenchmarkA 1 1 ns/op\nBenchmarkA 1 1").find("in.txt:2: the file ends within"),
      std::string::npos);
}

TEST(GoText, RefusesALineWithoutEnd) {
  EXPECT_NE(
      go_error_of("x: y\n" + std::string(70000, 'x')).find("in.txt:2: line longer than 64 KiB"),
      std::string::npos);
}

TEST(GoText, KeepsALimitedNumberOfMessages) {
  std::string text;
  for (int i = 0; i < 1000; ++i) text += "BenchmarkA \n";
  GoCollector sink;
  const ReadReport report = read_go(text, sink);
  EXPECT_EQ(report.messages_total, 1000U);
  EXPECT_EQ(report.messages.size(), ReadReport::kMessagesKept);
}

}  // namespace
}  // namespace splicebench
