#include "results/fuzz/targets.h"

#include <cmath>
#include <cstdlib>
#include <memory>
#include <string>
#include <vector>

#include "results/compare/filter.h"
#include "results/compare/projection.h"
#include "results/files/error.h"
#include "results/files/input.h"
#include "results/formats/go_text.h"
#include "results/formats/journal.h"
#include "results/json/benchmark_json.h"
#include "results/json/result_json.h"

namespace splicebench {

namespace {

/// Holds what the readers promise.
class CheckingSink : public RecordSink {
 public:
  void record(const Record& record) override {
    if (record.measurements.empty() || record.settings == nullptr) std::abort();
    for (const Measurement& measurement : record.measurements) {
      if (std::isnan(measurement.value)) std::abort();
    }
    ++records_;
  }
  std::string unit_metadata(std::string_view unit, std::string_view key,
                            std::string_view value) override {
    if (unit.empty() || key.empty()) std::abort();
    static_cast<void>(value);
    return "";
  }
  std::uint64_t records() const { return records_; }

 private:
  std::uint64_t records_ = 0;
};

template <typename Reader>
void run_reader(Reader read, std::string_view bytes) {
  const std::unique_ptr<ByteSource> source = memory_source(bytes);
  Window window(*source);
  CheckingSink sink;
  try {
    const ReadReport report = read(window, "input", sink);
    if (report.records != sink.records()) std::abort();
  } catch (const UsageError&) {
    return;  // refused, as it should be
  }
}

/// A record that has something under every kind of key.
const Record& sample_record() {
  static const std::vector<Setting> settings{{"goos", "linux"}, {"note", "a b"}};
  static const Record record{
      "Enc/format=json/size=16k-8", {{1.5, "ns/op"}, {3, "B/op"}}, &settings, 1};
  return record;
}

}  // namespace

void fuzz_go_text(std::string_view bytes) { run_reader(read_go_text, bytes); }

void fuzz_benchmark_json(std::string_view bytes) { run_reader(read_benchmark_json, bytes); }

void fuzz_result_json(std::string_view bytes) {
  try {
    parse_result(std::string(bytes), "input");
  } catch (const UsageError&) {
    return;
  }
}

void fuzz_journal(std::string_view bytes) {
  try {
    const JournalContents contents = parse_journal(std::string(bytes), "input");
    for (const CaseResult& one : contents.result.cases) {
      const auto found = contents.iterations.find(one.id.key());
      // A resumed run moves so many bytes.
      if (found != contents.iterations.end() && found->second * one.id.chunk <= 0) std::abort();
    }
  } catch (const UsageError&) {
    return;
  }
}

void fuzz_filter(std::string_view bytes) {
  try {
    const Filter filter = Filter::parse(bytes);
    filter.matches(sample_record(), "old.txt", "ns/op");
  } catch (const UsageError&) {
    return;
  }
}

void fuzz_projection(std::string_view bytes) {
  try {
    StringTable strings;
    Projection projection(parse_projection("--row", bytes), strings);
    Projection::Exclusions exclusions;
    projection.add_exclusions(exclusions);
    const std::optional<Projection::KeyId> key =
        projection.project(sample_record(), "old.txt", exclusions);
    if (key && projection.before(*key, *key)) std::abort();
  } catch (const UsageError&) {
    return;
  }
}

}  // namespace splicebench
