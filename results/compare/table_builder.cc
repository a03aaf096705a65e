#include "results/compare/table_builder.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/container_hash/hash.hpp>
#include <map>
#include <set>

#include "results/compare/runs/judge_columns.h"

namespace splicebench {

namespace {

/// .config and .fullname, as far as no projection has taken them: what a cell may mix unnoticed.
std::vector<FieldSpec> residue_of(std::initializer_list<const Projection*> projections) {
  std::vector<FieldSpec> specs;
  for (const char* key : {".config", ".fullname"}) {
    const bool taken =
        std::any_of(projections.begin(), projections.end(),
                    [&](const Projection* projection) { return projection->has(key); });
    if (!taken) specs.push_back({key, FieldOrder::kAlpha, {}});
  }
  return specs;
}

std::vector<KeyValue> key_values(const Projection& projection, Projection::KeyId key) {
  std::vector<KeyValue> result;
  for (std::size_t field = 0; field < projection.field_count(); ++field) {
    result.push_back({projection.field_name(field), std::string(projection.value(key, field))});
  }
  return result;
}

}  // namespace

std::size_t TableBuilder::CellKeyHash::operator()(const CellKey& key) const {
  std::size_t hash = 0;
  boost::hash_combine(hash, key.table);
  boost::hash_combine(hash, key.unit);
  boost::hash_combine(hash, key.row);
  boost::hash_combine(hash, key.column);
  return hash;
}

TableBuilder::TableBuilder(const ComparisonOptions& options)
    : options_(options),
      filter_(Filter::parse(options.filter)),
      table_(parse_projection("--table", options.table), strings_),
      row_(parse_projection("--row", options.row), strings_),
      column_(parse_projection("--col", options.column), strings_),
      ignore_(parse_projection("--ignore", options.ignore), strings_),
      residue_(residue_of({&table_, &row_, &column_, &ignore_}), strings_) {
  for (const Projection* projection : {&table_, &row_, &column_, &ignore_}) {
    projection->add_exclusions(exclusions_);
  }
}

void TableBuilder::start_file(const std::string& label) {
  file_ = label;
  visits_.start_file(label);
  placements_.clear();
  last_ = nullptr;
}

std::string TableBuilder::unit_metadata(std::string_view unit, std::string_view key,
                                        std::string_view value) {
  std::string existing;
  if (units_.set(unit, key, value, &existing)) return "";
  return fmt::format("metadata {} of unit {} already set to {}", key, unit, existing);
}

std::vector<std::string> TableBuilder::unknown_keys() const {
  std::vector<std::string> unknown;
  for (const std::string& key : exclusions_.settings) {
    if (key.starts_with('.') && key != ".file") unknown.push_back(key);
  }
  return unknown;
}

std::vector<std::pair<std::string, std::string>> TableBuilder::absent_keys() const {
  std::vector<std::pair<std::string, std::string>> absent;
  for (const auto& [flag, projection] :
       {std::pair("--table", &table_), std::pair("--row", &row_), std::pair("--col", &column_)}) {
    for (std::string& key : projection->absent_keys()) absent.emplace_back(flag, std::move(key));
  }
  return absent;
}

TableBuilder::Placement& TableBuilder::placement_of(const Record& record) {
  if (record.settings_version != placements_version_) {
    placements_.clear();
    last_ = nullptr;
    placements_version_ = record.settings_version;
  }
  if (last_ != nullptr && last_name_ == record.name) return *last_;
  last_name_ = record.name;
  const auto [entry, added] = placements_.try_emplace(last_name_);
  last_ = &entry->second;
  if (added) place(*last_, record);
  return *last_;
}

void TableBuilder::place(Placement& placement, const Record& record) {
  // A record the filter drops altogether must not take a place in the order of first sight.
  placement.wanted = std::any_of(record.measurements.begin(), record.measurements.end(),
                                 [&](const Measurement& measurement) {
                                   return passes(placement, record, unit_of(measurement.unit));
                                 });
  if (!placement.wanted) return;
  const std::optional<KeyId> row = row_.project(record, file_, exclusions_);
  const std::optional<KeyId> column = column_.project(record, file_, exclusions_);
  const std::optional<KeyId> table = table_.project(record, file_, exclusions_);
  const std::optional<KeyId> ignored = ignore_.project(record, file_, exclusions_);
  const std::optional<KeyId> residue = residue_.project(record, file_, exclusions_);
  placement.wanted = row && column && table && ignored && residue;
  if (!placement.wanted) return;
  placement.row = *row;
  placement.column = *column;
  placement.table = *table;
  placement.residue = *residue;
}

const TableBuilder::UnitInfo& TableBuilder::unit_of(std::string_view unit) {
  for (const UnitInfo& known : known_units_) {
    if (known.text == unit) return known;
  }
  const BaseUnit base = base_unit(unit);
  const StringTable::Id id = strings_.intern(unit);
  return known_units_.emplace_back(
      UnitInfo{strings_.text(id), id, strings_.intern(base.unit), base.factor});
}

bool TableBuilder::passes(Placement& placement, const Record& record, const UnitInfo& unit) {
  if (filter_.is_all()) return true;
  for (const auto& [id, wanted] : placement.unit_wanted) {
    if (id == unit.id) return wanted;
  }
  const bool wanted = filter_.matches(record, file_, unit.text);
  placement.unit_wanted.emplace_back(unit.id, wanted);
  return wanted;
}

TableBuilder::Cell& TableBuilder::cell_of(Placement& placement, StringTable::Id unit) {
  for (const auto& [id, cell] : placement.cells) {
    if (id == unit) return *cell;
  }
  Cell*& cell = cell_index_[{placement.table, unit, placement.row, placement.column}];
  if (cell == nullptr) {
    cell = &cells_.emplace_back();
    cell->residue = cell->last_residue = placement.residue;
    unit_rank_.try_emplace(unit, unit_rank_.size());
  }
  placement.cells.emplace_back(unit, cell);
  return *cell;
}

void TableBuilder::note_residue(Cell& cell, KeyId residue) {
  if (residue == cell.last_residue) return;
  cell.last_residue = residue;
  for (std::size_t field = 0; field < residue_.field_count(); ++field) {
    if (residue_.value(cell.residue, field) == residue_.value(residue, field)) continue;
    const std::string& name = residue_.field_name(field);
    if (std::find(cell.varies.begin(), cell.varies.end(), name) == cell.varies.end()) {
      cell.varies.push_back(name);
    }
  }
}

void TableBuilder::record(const Record& record) {
  seen_ += record.measurements.size();
  Placement& placement = placement_of(record);
  std::optional<Visits::Origin> origin;
  if (record.own != nullptr) origin = visits_.note(*record.own);
  for (const Measurement& measurement : record.measurements) {
    const UnitInfo& unit = unit_of(measurement.unit);
    if (!passes(placement, record, unit)) continue;
    // A placement made for another set of units of this name.
    if (!placement.wanted) place(placement, record);
    if (!placement.wanted) return;
    const double value = measurement.value * unit.factor;
    // As the original: what the factor leaves as it is (0, infinity) keeps the unit as written.
    Cell& cell = cell_of(placement, value == measurement.value ? unit.id : unit.base_id);
    note_residue(cell, placement.residue);
    cell.values.push_back(value);
    if (origin) cell.origins.push_back(*origin);
    ++kept_;
  }
}

const TableBuilder::Cell* TableBuilder::find_cell(const CellKey& key) const {
  const auto found = cell_index_.find(key);
  return found == cell_index_.end() ? nullptr : found->second;
}

SampleComparison TableBuilder::compare_cells(const Cell& baseline, const Cell& cell) const {
  if (options_.pooled || !baseline.visits || !cell.visits ||
      share_an_input(*baseline.visits, *cell.visits))
    return compare_samples(baseline.values, cell.values, options_.alpha, options_.tied_tail);
  return compare_visits(*baseline.visits, *cell.visits, options_.alpha);
}

TableCell TableBuilder::build_cell(const Cell& cell, const Cell* baseline, bool exact) const {
  TableCell result;
  if (!cell.varies.empty()) {
    // In the order of the fields, not of their discovery.
    std::string names;
    for (std::size_t field = 0; field < residue_.field_count(); ++field) {
      const std::string& name = residue_.field_name(field);
      if (std::find(cell.varies.begin(), cell.varies.end(), name) == cell.varies.end()) continue;
      names += names.empty() ? name : ", " + name;
    }
    result.warnings.push_back("benchmarks vary in " + names);
  }
  result.summary =
      exact ? summarise_exact(cell.values) : summarise_sorted(cell.values, options_.confidence);
  if (baseline != nullptr) {
    result.comparison =
        exact ? compare_exact(baseline->values, cell.values) : compare_cells(*baseline, cell);
  }
  return result;
}

ComparisonTable TableBuilder::build_table(KeyId table_key, StringTable::Id unit,
                                          std::vector<KeyId> rows, std::vector<KeyId> columns) {
  std::sort(rows.begin(), rows.end(), [&](KeyId a, KeyId b) { return row_.before(a, b); });
  std::sort(columns.begin(), columns.end(), [&](KeyId a, KeyId b) { return column_.before(a, b); });
  ComparisonTable table;
  table.keys = key_values(table_, table_key);
  table.unit = strings_.text(unit);
  table.better = units_.better(table.unit);
  const bool exact = units_.is_exact(table.unit);
  for (const KeyId column : columns) table.columns.push_back({key_values(column_, column)});
  for (const KeyId row : rows) {
    TableRow& entry = table.rows.emplace_back();
    entry.label = row_.label(row);
    entry.keys = key_values(row_, row);
    const Cell* const baseline = find_cell({table_key, unit, row, columns.front()});
    for (const KeyId column : columns) {
      const Cell* const cell = find_cell({table_key, unit, row, column});
      std::optional<TableCell>& built = entry.cells.emplace_back();
      if (cell != nullptr) {
        built = build_cell(*cell, column == columns.front() ? nullptr : baseline, exact);
      }
    }
  }
  for (std::size_t column = 0; column < table.columns.size(); ++column) {
    table.geomean.push_back(column_summary(table, column));
  }
  return table;
}

Comparison TableBuilder::build() {
  Comparison comparison;
  comparison.alpha = options_.alpha;
  comparison.confidence = options_.confidence;
  for (Cell& cell : cells_) {
    if (cell.origins.size() == cell.values.size())
      cell.visits = visits_.figures(cell.values, cell.origins);
    std::sort(cell.values.begin(), cell.values.end());
  }

  struct Members {
    std::set<KeyId> rows;
    std::set<KeyId> columns;
  };
  std::map<std::pair<KeyId, StringTable::Id>, Members> members;
  for (const auto& [key, cell] : cell_index_) {
    Members& table = members[{key.table, key.unit}];
    table.rows.insert(key.row);
    table.columns.insert(key.column);
  }
  std::vector<std::pair<KeyId, StringTable::Id>> order;
  order.reserve(members.size());
  for (const auto& [key, table] : members) order.push_back(key);
  std::sort(order.begin(), order.end(), [&](const auto& a, const auto& b) {
    if (a.first != b.first) return table_.before(a.first, b.first);
    return unit_rank_.at(a.second) < unit_rank_.at(b.second);
  });
  for (const auto& key : order) {
    const Members& table = members[key];
    comparison.tables.push_back(build_table(key.first, key.second,
                                            {table.rows.begin(), table.rows.end()},
                                            {table.columns.begin(), table.columns.end()}));
  }
  judge_columns(comparison);
  if (!comparison.shifts.empty()) comparison.steal = visits_.steal();
  return comparison;
}

}  // namespace splicebench
