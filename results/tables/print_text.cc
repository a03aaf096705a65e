#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "results/compare/runs/shift_lines.h"
#include "results/tables/print_comparison.h"
#include "results/text/fold.h"
#include "results/text/line.h"
#include "results/text/text_grid.h"

namespace splicebench {

namespace {

constexpr std::size_t kFirstColumns = 3;  ///< centre, interval, notes
constexpr std::size_t kLaterColumns = 6;  ///< and delta, (p n), notes

std::size_t start_of(std::size_t experiment) {
  return experiment == 0 ? 1 : 1 + kFirstColumns + (experiment - 1) * kLaterColumns;
}

std::size_t width_of(std::size_t experiment) {
  return experiment == 0 ? kFirstColumns : kLaterColumns;
}

TextGrid make_grid(std::size_t experiments) {
  std::vector<TextGrid::Column> columns{{"", false}};
  for (std::size_t experiment = 0; experiment < experiments; ++experiment) {
    columns.push_back({" │ ", true});
    columns.push_back({" ± ", false});
    columns.push_back({" ", false});
    if (experiment == 0) continue;
    columns.push_back({"  ", false});
    columns.push_back({" ", false});
    columns.push_back({" ", false});
  }
  columns.push_back({"", false});  // the bar that closes a header line
  return TextGrid(std::move(columns));
}

/// One line per level of the column keys; neighbours that are equal down to a level share a cell.
void header_rows(const ComparisonTable& table, TextGrid& grid) {
  const std::size_t experiments = table.columns.size();
  const std::size_t levels = table.columns.front().keys.size();
  const auto same_to = [&](std::size_t a, std::size_t b, std::size_t level) {
    for (std::size_t i = 0; i <= level; ++i) {
      if (table.columns[a].keys[i].value != table.columns[b].keys[i].value) return false;
    }
    return true;
  };
  for (std::size_t level = 0; level < levels; ++level) {
    grid.start_row();
    for (std::size_t begin = 0; begin < experiments;) {
      std::size_t end = begin + 1;
      while (end < experiments && same_to(begin, end, level)) ++end;
      const std::size_t span = start_of(end - 1) + width_of(end - 1) - start_of(begin);
      grid.cell(start_of(begin), span, table.columns[begin].keys[level].value, Align::kCentre,
                " │ ");
      begin = end;
    }
    grid.cell(start_of(experiments), 1, " │", Align::kLeft);
  }
}

void unit_row(const ComparisonTable& table, TextGrid& grid) {
  const std::size_t experiments = table.columns.size();
  grid.start_row();
  for (std::size_t experiment = 0; experiment < experiments; ++experiment) {
    grid.cell(start_of(experiment), kFirstColumns, table.unit, Align::kCentre, " │ ");
    if (experiment > 0) grid.cell(start_of(experiment) + kFirstColumns, 3, "vs base", Align::kLeft);
  }
  grid.cell(start_of(experiments), 1, " │", Align::kLeft);
}

void data_row(const TableRow& row, UnitClass unit_class, TextGrid& grid, Footnotes& notes) {
  std::vector<double> centres;
  for (const std::optional<TableCell>& cell : row.cells) {
    if (cell) centres.push_back(cell->summary.centre);
  }
  const Scale scale = common_scale(centres, unit_class);
  grid.start_row();
  grid.cell(0, 1, row.label, Align::kLeft);
  for (std::size_t experiment = 0; experiment < row.cells.size(); ++experiment) {
    const std::optional<TableCell>& cell = row.cells[experiment];
    if (!cell) continue;
    const std::size_t at = start_of(experiment);
    grid.cell(at, 1, scale.format(cell->summary.centre), Align::kRight);
    grid.cell(at + 1, 1, format_interval(cell->summary), Align::kRight, " ± ");
    std::vector<std::string> warnings = cell->warnings;
    warnings.insert(warnings.end(), cell->summary.warnings.begin(), cell->summary.warnings.end());
    grid.cell(at + 2, 1, notes.mark(warnings), Align::kLeft);
    if (!cell->comparison) continue;
    const double old = row.cells.front()->summary.centre;
    grid.cell(at + 3, 1, format_delta(*cell->comparison, old, cell->summary.centre), Align::kRight);
    grid.cell(at + 4, 1, fmt::format("({})", format_p(*cell->comparison)), Align::kLeft);
    grid.cell(at + 5, 1, notes.mark(cell->comparison->warnings), Align::kLeft);
  }
}

void geomean_row(const ComparisonTable& table, UnitClass unit_class, TextGrid& grid,
                 Footnotes& notes) {
  grid.start_row();
  grid.cell(0, 1, "geomean", Align::kLeft);
  for (std::size_t experiment = 0; experiment < table.geomean.size(); ++experiment) {
    const ColumnSummary& summary = table.geomean[experiment];
    const std::size_t at = start_of(experiment);
    if (summary.centre) {
      const Scale scale = common_scale({&*summary.centre, 1}, unit_class);
      grid.cell(at, 1, scale.format(*summary.centre), Align::kRight);
    }
    if (experiment > 0) {
      grid.cell(at + 3, 1, format_ratio(summary.ratio),
                summary.ratio ? Align::kRight : Align::kLeft);
    }
    grid.cell(at + width_of(experiment) - 1, 1, notes.mark(summary.warnings), Align::kLeft);
  }
}

}  // namespace

std::string Footnotes::mark(const std::vector<std::string>& warnings) {
  static constexpr std::array<std::string_view, 10> kDigits{"⁰", "¹", "²", "³", "⁴",
                                                            "⁵", "⁶", "⁷", "⁸", "⁹"};
  std::string marks;
  for (const std::string& warning : warnings) {
    const auto found = std::find(notes_.begin(), notes_.end(), warning);
    const std::ptrdiff_t number = found - notes_.begin() + 1;
    if (found == notes_.end()) notes_.push_back(warning);
    if (!marks.empty()) marks += ' ';
    for (const char digit : std::to_string(number)) {
      marks += kDigits[static_cast<std::size_t>(digit - '0')];
    }
  }
  return marks;
}

std::vector<std::string> Footnotes::lines() const {
  std::vector<std::string> lines;
  Footnotes numbers;
  for (const std::string& note : notes_) lines.push_back(numbers.mark({note}) + " " + note);
  return lines;
}

std::string format_ratio(const std::optional<double>& ratio) {
  return ratio ? fmt::format("{:+.2f}%", (*ratio - 1) * 100) : "?";
}

std::string comparison_text(const Comparison& comparison) {
  std::string text;
  const std::vector<KeyValue>* previous = nullptr;
  for (const ComparisonTable& table : comparison.tables) {
    if (previous != nullptr) text += '\n';
    for (std::size_t i = 0; i < table.keys.size(); ++i) {
      if (previous != nullptr && (*previous)[i].value == table.keys[i].value) continue;
      text += table.keys[i].key + ": " + table.keys[i].value + "\n";
    }
    previous = &table.keys;
    const UnitClass unit = scaled_as(comparison, table.unit);
    TextGrid grid = make_grid(table.columns.size());
    Footnotes notes;
    header_rows(table, grid);
    unit_row(table, grid);
    for (const TableRow& row : table.rows) data_row(row, unit, grid, notes);
    if (table.rows.size() > 1) geomean_row(table, unit, grid, notes);
    text += grid.format();
    for (const std::string& line : notes.lines()) text += line + "\n";
  }
  const std::vector<std::string> lines = shift_lines(comparison);
  if (!lines.empty()) text += '\n';
  constexpr std::size_t kWidth = 80;
  constexpr const char* kIndent = "  ";
  for (const std::string& line : lines) {
    const char* indent = "";
    for (const std::string& part : folded(line, kWidth - 2, line.size())) {
      text += indent + part + "\n";
      indent = kIndent;
    }
  }
  return text;
}

void tame_names(Comparison& comparison) {
  const auto tame = [](std::string& name) { name = name_text(name); };
  const auto tame_all = [&](std::vector<std::string>& notes) {
    std::for_each(notes.begin(), notes.end(), tame);
  };
  for (ColumnShift& shift : comparison.shifts) {
    tame(shift.unit);
    for (KeyValue& one : shift.column) tame(one.value);
    for (GroupShift& group : shift.apart.groups) tame_all(group.names);
  }
  for (auto& [label, share] : comparison.steal) tame(label);
  for (ComparisonTable& table : comparison.tables) {
    for (KeyValue& one : table.keys) tame(one.value);
    tame(table.unit);
    for (TableColumn& column : table.columns) {
      for (KeyValue& one : column.keys) tame(one.value);
    }
    for (TableRow& row : table.rows) {
      tame(row.label);
      for (std::optional<TableCell>& cell : row.cells) {
        if (cell) tame_all(cell->warnings);
      }
    }
  }
}

}  // namespace splicebench
