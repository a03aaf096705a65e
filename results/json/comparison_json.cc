#include "results/json/comparison_json.h"

#include <cmath>
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

const char* counted_text(RunUnits units) { return units == RunUnits::kRuns ? "runs" : "visits"; }

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
  const std::optional<double> delta =
      comparison.apart ? std::expm1(comparison.apart->beyond)
                       : relative_change(baseline->summary.centre, cell.summary.centre);
  object["comparison"] = {{"delta", number(delta)},
                          {"p", number(comparison.p)},
                          {"significant", comparison.significant()},
                          {"n_old", comparison.n_old},
                          {"n_new", comparison.n_new},
                          {"warnings", comparison.warnings}};
  if (!comparison.apart) return object;
  const CaseApart& apart = *comparison.apart;
  object["comparison"]["apart"] = {{"counted", counted_text(apart.units)},
                                   {"together", number(std::expm1(apart.among))},
                                   {"low", number(std::expm1(apart.low))},
                                   {"high", number(std::expm1(apart.high))},
                                   {"p_alone", number(apart.p)}};
  return object;
}

ordered_json shift_to_json(const ColumnShift& shift) {
  ordered_json groups = ordered_json::array();
  for (const GroupShift& group : shift.apart.groups) {
    groups.push_back({{"names", group.names},
                      {"rows", group.rows},
                      {"change", number(std::expm1(group.change))},
                      {"between_runs", number(std::expm1(group.between))}});
  }
  return {{"unit", shift.unit},
          {"column", keys_to_json(shift.column)},
          {"counted", counted_text(shift.counted)},
          {"rows", shift.apart.rows},
          {"groups", groups},
          {"could_have_told", number(std::expm1(shift.apart.could_have_told))}};
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
  if (!comparison.shifts.empty()) {
    file["shifts"] = ordered_json::array();
    for (const ColumnShift& shift : comparison.shifts)
      file["shifts"].push_back(shift_to_json(shift));
    file["steal"] = ordered_json::array();
    for (const auto& [label, share] : comparison.steal)
      file["steal"].push_back({{"label", label}, {"share", number(share)}});
  }
  if (gate) file["gate"] = gate_to_json(*gate, strict);
  // Names come from outside and may be no UTF-8: replaced, not thrown about.
  return file.dump(1, ' ', false, ordered_json::error_handler_t::replace) + "\n";
}

}  // namespace splicebench
