#include "results/json/comparison_json.h"

#include <nlohmann/json.hpp>

#include "results/json/paired_json.h"

namespace splicebench {

using nlohmann::ordered_json;

namespace {

ordered_json number(std::optional<double> value) {
  return value ? json_number(*value) : ordered_json(nullptr);
}

ordered_json keys_to_json(const std::vector<KeyValue>& keys) {
  ordered_json object = ordered_json::object();
  for (const KeyValue& key : keys) object[key.key] = key.value;
  return object;
}

ordered_json cell_to_json(const TableCell& cell, const std::optional<TableCell>& baseline) {
  ordered_json warnings = cell.warnings;
  for (const std::string& warning : cell.summary.warnings) warnings.push_back(warning);
  ordered_json object{{"n", cell.summary.n},
                      {"centre", number(cell.summary.centre)},
                      {"low", number(cell.summary.low)},
                      {"high", number(cell.summary.high)},
                      {"warnings", warnings}};
  if (!cell.comparison) return object;
  const SampleComparison& comparison = *cell.comparison;
  object["comparison"] = {
      {"delta", number(relative_change(baseline->summary.centre, cell.summary.centre))},
      {"p", number(comparison.p)},
      {"significant", comparison.significant()},
      {"n_old", comparison.n_old},
      {"n_new", comparison.n_new},
      {"warnings", comparison.warnings}};
  return object;
}

ordered_json table_to_json(const ComparisonTable& table) {
  ordered_json columns = ordered_json::array();
  for (const TableColumn& column : table.columns) columns.push_back(keys_to_json(column.keys));
  ordered_json rows = ordered_json::array();
  for (const TableRow& row : table.rows) {
    ordered_json cells = ordered_json::array();
    for (const std::optional<TableCell>& cell : row.cells) {
      cells.push_back(cell ? cell_to_json(*cell, row.cells.front()) : ordered_json(nullptr));
    }
    rows.push_back({{"label", row.label}, {"keys", keys_to_json(row.keys)}, {"cells", cells}});
  }
  ordered_json geomean = ordered_json::array();
  for (const ColumnSummary& summary : table.geomean) {
    geomean.push_back({{"centre", number(summary.centre)},
                       {"delta", summary.ratio ? number(*summary.ratio - 1) : number(std::nullopt)},
                       {"warnings", summary.warnings}});
  }
  ordered_json better = nullptr;
  if (table.better) better = *table.better == Better::kLower ? "lower" : "higher";
  return {{"keys", keys_to_json(table.keys)},
          {"unit", table.unit},
          {"better", better},
          {"columns", columns},
          {"rows", rows},
          {"geomean", geomean}};
}

ordered_json gate_to_json(const GateReport& gate, bool strict) {
  ordered_json failures = ordered_json::array();
  for (const GateFailure& failure : gate.failures) {
    failures.push_back({{"limit", failure.limit},
                        {"table", failure.table},
                        {"unit", failure.unit},
                        {"row", failure.row},
                        {"column", failure.column},
                        {"delta", number(failure.change)},
                        {"p", number(failure.p)}});
  }
  return {{"limits", gate.limits},    {"strict", strict},    {"passed", gate.passed(strict)},
          {"tests", gate.tests},      {"alpha", gate.alpha}, {"failures", failures},
          {"warnings", gate.warnings}};
}

}  // namespace

std::string comparison_json(const Comparison& comparison, const std::optional<GateReport>& gate,
                            bool strict) {
  ordered_json tables = ordered_json::array();
  for (const ComparisonTable& table : comparison.tables) tables.push_back(table_to_json(table));
  ordered_json file{{"schema_version", kComparisonSchemaVersion},
                    {"alpha", comparison.alpha},
                    {"confidence", comparison.confidence},
                    {"tables", tables}};
  if (gate) file["gate"] = gate_to_json(*gate, strict);
  // Names come from outside and may be no UTF-8: replaced, not thrown about.
  return file.dump(1, ' ', false, ordered_json::error_handler_t::replace) + "\n";
}

}  // namespace splicebench
