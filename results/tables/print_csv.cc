#include <fmt/format.h>

#include "results/compare/runs/shift_lines.h"
#include "results/tables/print_comparison.h"
#include "results/text/go_number.h"
#include "results/text/plain_table.h"

namespace splicebench {

namespace {

/// Name of a column as spreadsheets have it: A .. Z, AA ...
std::string column_name(std::size_t column) {
  std::string name;
  for (std::size_t rest = column + 1; rest > 0; rest = (rest - 1) / 26) {
    name.insert(name.begin(), static_cast<char>('A' + (rest - 1) % 26));
  }
  return name;
}

std::size_t field_of(std::size_t experiment) {
  return experiment == 0 ? 1 : 3 + (experiment - 1) * 4;
}

class CsvPrinter {
 public:
  explicit CsvPrinter(std::vector<std::string>& warnings) : warnings_(warnings) {}

  void row(const std::vector<std::string>& fields) {
    for (std::size_t i = 0; i < fields.size(); ++i) {
      if (i > 0) text_ += ',';
      text_ += csv_field(fields[i]);
    }
    text_ += '\n';
    ++rows_;
  }

  /// Of the row that comes next.
  void warn(std::size_t column, const std::vector<std::string>& warnings) {
    for (const std::string& warning : warnings) {
      warnings_.push_back(fmt::format("{}{}: {}", column_name(column), rows_ + 1, warning));
    }
  }

  void header(const ComparisonTable& table);
  void data(const TableRow& row);
  void geomean(const ComparisonTable& table);
  std::string take() { return std::move(text_); }

 private:
  std::vector<std::string>& warnings_;
  std::string text_;
  std::size_t rows_ = 0;
};

void CsvPrinter::header(const ComparisonTable& table) {
  const std::size_t width = field_of(table.columns.size());
  for (std::size_t level = 0; level < table.columns.front().keys.size(); ++level) {
    std::vector<std::string> fields(width);
    for (std::size_t i = 0; i < table.columns.size(); ++i) {
      fields[field_of(i)] = table.columns[i].keys[level].value;
    }
    row(fields);
  }
  std::vector<std::string> fields{""};
  for (std::size_t i = 0; i < table.columns.size(); ++i) {
    fields.insert(fields.end(), {table.unit, "CI"});
    if (i > 0) fields.insert(fields.end(), {"vs base", "P"});
  }
  row(fields);
}

void CsvPrinter::data(const TableRow& entry) {
  std::vector<std::string> fields{entry.label};
  for (std::size_t i = 0; i < entry.cells.size(); ++i) {
    const std::optional<TableCell>& cell = entry.cells[i];
    if (!cell) continue;
    const std::size_t at = field_of(i);
    fields.resize(at);
    fields.push_back(format_go_float(cell->summary.centre));
    fields.push_back(format_interval(cell->summary));
    warn(at, cell->warnings);
    warn(at, cell->summary.warnings);
    if (!cell->comparison) continue;
    fields.push_back(
        format_delta(*cell->comparison, entry.cells.front()->summary.centre, cell->summary.centre));
    fields.push_back(format_p(*cell->comparison));
    warn(at + 2, cell->comparison->warnings);
  }
  row(fields);
}

void CsvPrinter::geomean(const ComparisonTable& table) {
  std::vector<std::string> fields{"geomean"};
  for (std::size_t i = 0; i < table.geomean.size(); ++i) {
    const ColumnSummary& summary = table.geomean[i];
    fields.push_back(summary.centre ? format_go_float(*summary.centre) : "");
    fields.emplace_back();
    if (i > 0) fields.insert(fields.end(), {format_ratio(summary.ratio), ""});
    warn(field_of(i), summary.warnings);
  }
  row(fields);
}

}  // namespace

std::string comparison_csv(const Comparison& comparison, std::vector<std::string>& warnings) {
  CsvPrinter printer(warnings);
  const std::vector<KeyValue>* previous = nullptr;
  for (const ComparisonTable& table : comparison.tables) {
    if (previous != nullptr) printer.row({});
    for (std::size_t i = 0; i < table.keys.size(); ++i) {
      if (previous != nullptr && (*previous)[i].value == table.keys[i].value) continue;
      printer.row({table.keys[i].key + ": " + table.keys[i].value});
    }
    previous = &table.keys;
    printer.header(table);
    for (const TableRow& row : table.rows) printer.data(row);
    printer.geomean(table);
  }
  const std::vector<std::string> lines = shift_lines(comparison);
  warnings.insert(warnings.end(), lines.begin(), lines.end());
  return printer.take();
}

}  // namespace splicebench
