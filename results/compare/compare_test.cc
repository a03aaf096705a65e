// The whole way of `compare`, from texts to printed tables.

#include <gtest/gtest.h>

#include <cmath>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "results/compare/gate.h"
#include "results/files/error.h"
#include "results/formats/compare_inputs.h"
#include "results/formats/go_text.h"
#include "results/json/benchmark_json.h"
#include "results/json/comparison_json.h"
#include "results/json/result_json.h"
#include "results/tables/print_comparison.h"
#include "results/testing/schema_check.h"
#include "results/testing/synthetic.h"
#include "results/testing/testdata.h"

namespace splicebench {
namespace {

using nlohmann::json;

std::string go_text(const std::string& name, const std::vector<double>& values) {
  std::string text;
  for (const double value : values) {
    text += "Benchmark" + name + " 1 " + format_go_float(value) + " ns/op\n";
  }
  return text;
}

const std::vector<double> kHundred{100, 101, 102, 103, 104, 105};
const std::vector<double> kEighty{80, 81, 82, 83, 84, 85};

Comparison compare(const ComparisonOptions& options, const std::vector<std::string>& texts) {
  TableBuilder builder(options);
  int number = 0;
  for (const std::string& text : texts) {
    builder.start_file("f" + std::to_string(++number));
    const std::unique_ptr<ByteSource> source = memory_source(text);
    Window window(*source);
    if (text.starts_with('{')) {
      read_benchmark_json(window, "f", builder);
    } else {
      read_go_text(window, "f", builder);
    }
  }
  return builder.build();
}

std::string schema_errors(const std::string& text) {
  return testing::schema_errors(text, results_path("schemas/comparison.schema.json"));
}

TEST(Compare, MixesFormatsInOneTable) {
  const std::string google =
      R"({"benchmarks":[{"name":"A","run_type":"iteration","real_time":50,"time_unit":"ns"}]})";
  const Comparison comparison = compare({}, {go_text("A", kHundred), google});
  ASSERT_EQ(comparison.tables.size(), 1U);
  ASSERT_EQ(comparison.tables.front().columns.size(), 2U);
  const TableRow& row = comparison.tables.front().rows.front();
  EXPECT_DOUBLE_EQ(row.cells[0]->summary.centre, 102.5e-9);
  EXPECT_DOUBLE_EQ(row.cells[1]->summary.centre, 50e-9);
}

TEST(Compare, ComparesModesWithinOneFile) {
  ComparisonOptions options;
  options.column = "/mode";
  const Comparison comparison =
      compare(options, {go_text("S/mode=generic", kHundred) + go_text("S/mode=splice", kEighty)});
  const ComparisonTable& table = comparison.tables.front();
  EXPECT_EQ(table.columns[1].keys.front().value, "splice");
  EXPECT_EQ(table.rows.front().label, "S");
  EXPECT_TRUE(table.rows.front().cells[1]->comparison->significant());
}

TEST(Compare, PrintsMarkdownThatKeepsItsColumns) {
  const std::string text =
      comparison_markdown(compare({}, {go_text("A|B", kHundred), go_text("A|B", kEighty)}));
  EXPECT_EQ(text,
            "| sec/op | f1 | f2 | vs base |\n"
            "| --- | ---: | ---: | ---: |\n"
            "| A\\|B | 102.50n ± 2% | 82.50n ± 3% | -19.51% (p=0.002 n=6) |\n");
}

TEST(CompareJson, HoldsAgainstItsSchema) {
  ComparisonOptions options;
  options.table = "goos";
  const std::string old_text = "Unit x/op assume=exact\ngoos: linux\n" + go_text("A", kHundred) +
                               go_text("Only", {1}) + "BenchmarkA 1 0 x/op\n";
  const Comparison comparison =
      compare(options, {old_text, go_text("A", kEighty) + "BenchmarkA 1 3 x/op\n"});
  const GateReport gate = evaluate_gate(
      compare({}, {go_text("A", kEighty), go_text("A", kHundred)}), {parse_gate_limit("5%")});
  ASSERT_EQ(gate.failures.size(), 1U);
  EXPECT_EQ(schema_errors(comparison_json(comparison, std::nullopt, false)), "");
  EXPECT_EQ(schema_errors(comparison_json(comparison, gate, true)), "");
  EXPECT_NE(schema_errors("{}"), "");
  const json file = json::parse(comparison_json(comparison, gate, true));
  EXPECT_FALSE(file.at("gate").at("passed").get<bool>());
}

TEST(CompareJson, ReplacesWhatIsNoUtf8) {
  const Comparison comparison = compare({}, {"BenchmarkA\xff 1 1 ns/op\n"});
  EXPECT_EQ(schema_errors(comparison_json(comparison, std::nullopt, false)), "");
}

TEST(ParseInputs, LabelsColumns) {
  const std::vector<CompareInput> inputs = parse_inputs({"a", "x=b", "a", "y=c=d"});
  EXPECT_EQ(inputs[0].label, "a#0");
  EXPECT_EQ(inputs[1].label, "x");
  EXPECT_EQ(inputs[2].label, "a#1");
  EXPECT_EQ(inputs[3].path, "c=d");
  EXPECT_THROW(parse_inputs({"-", "x=-"}), UsageError);
  EXPECT_THROW(parse_inputs({"x="}), UsageError);
}

TEST(CompareInputs, RefusesWhatHoldsNothing) {
  std::vector<std::string> notes;
  const std::string folder = results_path("testdata/benchstat/");
  EXPECT_THROW(compare_inputs({}, parse_inputs({folder + "29_labels_stdin/in/empty.txt"}), notes),
               UsageError);
  EXPECT_THROW(compare_inputs({}, parse_inputs({folder + "29_labels_stdin/in/nobench.txt"}), notes),
               UsageError);
  ComparisonOptions nothing;
  nothing.filter = "-*";
  EXPECT_THROW(
      compare_inputs(nothing, parse_inputs({folder + "29_labels_stdin/in/old.txt"}), notes),
      UsageError);
}

/// Six rows; the whole run at `speed`, and one case of it at half of that.
std::string own_result(std::uint64_t seed, double speed, bool halved) {
  testing::Synthetic synthetic;
  synthetic.chunks = {1024, 2048, 4096, 8192, 16384, 32768};
  synthetic.seed = seed;
  synthetic.sample = [=](const CaseId& id, std::int64_t round, testing::Random& random) {
    Sample sample = testing::Flat{}(id, round, random);
    sample.seconds /= speed * (halved && id.chunk == 4096 && id.mode == "splice" ? 0.5 : 1);
    return sample;
  };
  return to_json(testing::make_result(synthetic));
}

TEST(Compare, OwnResultsAreHeldAgainstWhatTheirRowsDoTogether) {
  ComparisonOptions options;
  options.filter = ".unit:B/s";
  const std::vector<std::string> texts{own_result(1, 1, false), own_result(2, 0.8, true)};
  const Comparison comparison = compare(options, texts);
  ASSERT_EQ(comparison.tables.size(), 1U);
  for (const TableRow& row : comparison.tables[0].rows) {
    const SampleComparison& compared = *row.cells[1]->comparison;
    const bool halved = row.label.find("4096") != std::string::npos &&
                        row.label.find("mode=splice") != std::string::npos;
    EXPECT_EQ(compared.n_new, 10) << "visits of two rounds";
    EXPECT_EQ(compared.significant(), halved) << row.label;
    EXPECT_EQ(format_delta(compared, 1, 1).starts_with(halved ? "-50." : "~"), true) << row.label;
  }
  ASSERT_EQ(comparison.shifts.size(), 1U);
  EXPECT_NEAR(std::exp(comparison.shifts[0].apart.groups.at(0).change), 0.8, 0.01);
  EXPECT_EQ(schema_errors(comparison_json(comparison, std::nullopt, false)), "");
  EXPECT_NE(comparison_text(comparison).find("tcp-to-tcp -"), std::string::npos);
  const GateReport gate = evaluate_gate(comparison, {parse_gate_limit("5%")});
  EXPECT_EQ(gate.failures.size(), 1U);
  ASSERT_EQ(gate.warnings.size(), 1U);
  EXPECT_NE(gate.warnings[0].find("in all rows together"), std::string::npos);
  // As benchstat: every sample of every row changed.
  options.pooled = true;
  for (const TableRow& row : compare(options, texts).tables[0].rows)
    EXPECT_TRUE(row.cells[1]->comparison->significant()) << row.label;
}

TEST(Compare, OwnModesOfOneRunAreNoRunsApart) {
  ComparisonOptions options;
  options.column = "/mode";
  EXPECT_TRUE(compare(options, {own_result(1, 1, false)}).shifts.empty());
}

TEST(Compare, ThreeOwnResultsUnderALabelCountAsRuns) {
  TableBuilder builder{ComparisonOptions()};
  for (std::uint64_t seed = 1; seed <= 6; ++seed) {
    builder.start_file(seed <= 3 ? "old" : "new");
    const std::string text = own_result(seed, seed <= 3 ? 1 : 0.8, false);
    const std::unique_ptr<ByteSource> source = memory_source(text);
    Window window(*source);
    read_benchmark_json(window, "f", builder);
  }
  const Comparison comparison = builder.build();
  for (const ComparisonTable& table : comparison.tables) {
    if (table.unit != "B/s") continue;
    for (const TableRow& row : table.rows) {
      EXPECT_EQ(row.cells[1]->comparison->n_new, 3);
      EXPECT_TRUE(row.cells[1]->comparison->significant()) << row.label;
    }
  }
}

}  // namespace
}  // namespace splicebench
