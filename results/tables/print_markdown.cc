#include <fmt/format.h>

#include "results/compare/runs/shift_lines.h"
#include "results/tables/print_comparison.h"
#include "results/text/plain_table.h"

namespace splicebench {

namespace {

std::string join(const std::string& text, const std::string& marks) {
  return marks.empty() ? text : text + " " + marks;
}

std::vector<std::string> header_of(const ComparisonTable& table) {
  std::vector<std::string> header{table.unit};
  for (std::size_t i = 0; i < table.columns.size(); ++i) {
    std::string label;
    for (const KeyValue& key : table.columns[i].keys) {
      if (!label.empty() && !key.value.empty()) label += ' ';
      label += key.value;
    }
    header.push_back(label);
    if (i > 0) header.emplace_back("vs base");
  }
  return header;
}

std::vector<std::string> fields_of(const TableRow& row, UnitClass unit, Footnotes& notes) {
  std::vector<double> centres;
  for (const std::optional<TableCell>& cell : row.cells) {
    if (cell) centres.push_back(cell->summary.centre);
  }
  const Scale scale = common_scale(centres, unit);
  std::vector<std::string> fields{row.label};
  for (std::size_t i = 0; i < row.cells.size(); ++i) {
    const std::optional<TableCell>& cell = row.cells[i];
    std::vector<std::string> warnings;
    if (cell) {
      warnings = cell->warnings;
      warnings.insert(warnings.end(), cell->summary.warnings.begin(), cell->summary.warnings.end());
    }
    fields.push_back(cell ? join(fmt::format("{} ± {}", scale.format(cell->summary.centre),
                                             format_interval(cell->summary)),
                                 notes.mark(warnings))
                          : "");
    if (i == 0) continue;
    const bool compared = cell && cell->comparison;
    fields.push_back(compared ? join(fmt::format("{} ({})",
                                                 format_delta(*cell->comparison,
                                                              row.cells.front()->summary.centre,
                                                              cell->summary.centre),
                                                 format_p(*cell->comparison)),
                                     notes.mark(cell->comparison->warnings))
                              : "");
  }
  return fields;
}

std::vector<std::string> geomean_of(const ComparisonTable& table, UnitClass unit,
                                    Footnotes& notes) {
  std::vector<std::string> fields{"geomean"};
  for (std::size_t i = 0; i < table.geomean.size(); ++i) {
    const ColumnSummary& summary = table.geomean[i];
    const std::string centre =
        summary.centre ? common_scale({&*summary.centre, 1}, unit).format(*summary.centre) : "";
    if (i == 0) {
      fields.push_back(join(centre, notes.mark(summary.warnings)));
      continue;
    }
    fields.push_back(centre);
    fields.push_back(join(format_ratio(summary.ratio), notes.mark(summary.warnings)));
  }
  return fields;
}

}  // namespace

std::string comparison_markdown(const Comparison& comparison) {
  std::string text;
  for (const ComparisonTable& table : comparison.tables) {
    if (!text.empty()) text += '\n';
    // All keys with every table: a table quoted alone must say what it is of.
    std::string keys;
    for (const KeyValue& key : table.keys) {
      if (key.value.empty()) continue;
      keys += (keys.empty() ? "" : ", ") + markdown_cell(key.key + ": " + key.value);
    }
    if (!keys.empty()) text += keys + "\n\n";
    const UnitClass unit = scaled_as(comparison, table.unit);
    Footnotes notes;
    PlainTable plain{header_of(table), {}};
    for (const TableRow& row : table.rows) plain.rows.push_back(fields_of(row, unit, notes));
    if (table.rows.size() > 1) plain.rows.push_back(geomean_of(table, unit, notes));
    text += plain.markdown(1);
    for (const std::string& line : notes.lines()) text += "\n" + markdown_cell(line) + "\n";
  }
  for (const std::string& line : shift_lines(comparison)) text += "\n" + markdown_cell(line) + "\n";
  return text;
}

}  // namespace splicebench
