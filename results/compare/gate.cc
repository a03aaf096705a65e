#include "results/compare/gate.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "results/files/error.h"
#include "results/text/go_number.h"

namespace splicebench {

namespace {

std::string column_label(const TableColumn& column) {
  std::string label;
  for (const KeyValue& key : column.keys) {
    if (!label.empty() && !key.value.empty()) label += ' ';
    label += key.value;
  }
  return label;
}

std::string table_label(const ComparisonTable& table) {
  std::string label;
  for (const KeyValue& key : table.keys) {
    if (key.value.empty()) continue;
    if (!label.empty()) label += ", ";
    label += key.key + ": " + key.value;
  }
  return label;
}

/// Change against the magnitude of the baseline, so that up is positive below zero too.
double signed_change(double old_centre, double new_centre) {
  if (old_centre == new_centre) return 0;
  const double difference = new_centre - old_centre;
  if (old_centre == 0) return std::copysign(std::numeric_limits<double>::infinity(), difference);
  return difference / std::abs(old_centre);
}

/// Which way fails in `table`; nothing when that is not known.
std::optional<bool> direction(const GateLimit& limit, const ComparisonTable& table) {
  if (limit.upward) return limit.upward;
  if (!table.better) return std::nullopt;
  return *table.better == Better::kLower;
}

class GateKeeper {
 public:
  GateKeeper(const ComparisonTable& table, GateReport& report) : table_(table), report_(report) {}

  void check(const GateLimit& limit) {
    const std::optional<bool> upward = direction(limit, table_);
    if (!upward) {
      report_.warnings.push_back(fmt::format(
          "--fail-on {}: which way is better in {} is not known; write '{}>+{}' or "
          "'{}<-{}', or 'Unit {} better=lower' in an input",
          limit.text, table_.unit, table_.unit, limit.text, table_.unit, limit.text, table_.unit));
      return;
    }
    for (const TableRow& row : table_.rows) {
      for (std::size_t i = 1; i < row.cells.size(); ++i) {
        if (row.cells[i] && row.cells[i]->comparison) check_cell(limit, *upward, row, i);
      }
    }
  }

  /// Whether there is anything for a limit to judge.
  bool has_comparison() const {
    return std::any_of(table_.rows.begin(), table_.rows.end(), [](const TableRow& row) {
      return std::any_of(row.cells.begin(), row.cells.end(),
                         [](const auto& cell) { return cell && cell->comparison; });
    });
  }

  /// What no limit can judge; said once per table.
  void check_completeness() {
    for (const TableRow& row : table_.rows) {
      for (std::size_t i = 0; i < row.cells.size(); ++i) {
        if (!row.cells[i]) {
          warn(row, i, fmt::format("missing in {}", column_label(table_.columns[i])));
        } else if (row.cells[i]->comparison && row.cells[i]->comparison->too_few) {
          warn(row, i,
               fmt::format("too few samples to tell ({}); measure more",
                           format_p(*row.cells[i]->comparison)));
        }
      }
      if (row.cells.size() == 1) warn(row, 0, "stands in one column only; nothing to compare with");
    }
  }

 private:
  void warn(const TableRow& row, std::size_t column, const std::string& what) {
    const std::string where = table_label(table_);
    report_.warnings.push_back(fmt::format("{} {}{}, {}: {}", table_.unit, row.label,
                                           where.empty() ? "" : " (" + where + ")",
                                           column_label(table_.columns[column]), what));
  }

  void check_cell(const GateLimit& limit, bool upward, const TableRow& row, std::size_t column) {
    const TableCell& cell = *row.cells[column];
    if (!cell.comparison->significant()) return;
    const double change = signed_change(row.cells.front()->summary.centre, cell.summary.centre);
    // A limit without direction is a size: 5% fails beyond -5% where more is better.
    const double bound = limit.upward.has_value() || upward ? limit.limit : -limit.limit;
    if (upward ? change <= bound : change >= bound) return;
    report_.failures.push_back({limit.text, table_label(table_), table_.unit, row.label,
                                column_label(table_.columns[column]), change, cell.comparison->p,
                                format_p(*cell.comparison)});
  }

  const ComparisonTable& table_;
  GateReport& report_;
};

}  // namespace

GateLimit parse_gate_limit(std::string_view text) {
  const auto fail = [&]() -> GateLimit {
    throw UsageError(fmt::format(
        "--fail-on '{}': write a unit, > or <, and a change in percent, e.g. 'sec/op>+5%' or "
        "'B/s<-3%', or a percentage alone for anything worse by more, e.g. 5%",
        text));
  };
  GateLimit limit;
  limit.text = text;
  std::string_view number = text;
  const std::size_t sign = text.find_last_of("<>");
  if (sign != std::string_view::npos) {
    if (sign == 0) return fail();
    limit.unit = base_unit(text.substr(0, sign)).unit;
    limit.upward = text[sign] == '>';
    number = text.substr(sign + 1);
  }
  if (!number.ends_with('%')) return fail();
  number.remove_suffix(1);
  const ParsedFloat parsed = parse_go_float(number);
  if (parsed.error != NumberError::kNone || !std::isfinite(parsed.value)) return fail();
  if (!limit.upward && parsed.value < 0) return fail();
  limit.limit = parsed.value / 100;
  return limit;
}

GateReport evaluate_gate(const Comparison& comparison, const std::vector<GateLimit>& limits) {
  GateReport report;
  for (const GateLimit& limit : limits) {
    report.limits.push_back(limit.text);
    const bool known = limit.unit.empty() ||
                       std::any_of(comparison.tables.begin(), comparison.tables.end(),
                                   [&](const ComparisonTable& t) { return t.unit == limit.unit; });
    if (!known) {
      throw UsageError(
          fmt::format("--fail-on '{}': no table has the unit {}; units are written as "
                      "the tables show them",
                      limit.text, limit.unit));
    }
  }
  bool compared = false;
  for (const ComparisonTable& table : comparison.tables) {
    GateKeeper keeper(table, report);
    bool guarded = false;
    for (const GateLimit& limit : limits) {
      if (!limit.unit.empty() && limit.unit != table.unit) continue;
      keeper.check(limit);
      guarded = true;
    }
    if (guarded) keeper.check_completeness();
    compared = compared || (guarded && keeper.has_comparison());
  }
  if (!compared) {
    throw UsageError(fmt::format(
        "--fail-on: nothing was compared{}; give two results that have benchmarks in common",
        report.warnings.empty() ? "" : " (" + report.warnings.front() + ")"));
  }
  return report;
}

std::string format_failure(const GateFailure& failure) {
  const std::string change =
      std::isinf(failure.change) ? "from 0" : fmt::format("{:+.2f}%", failure.change * 100);
  return fmt::format("{} {}{}: {} ({}), {}: beyond {}", failure.unit, failure.row,
                     failure.table.empty() ? "" : " (" + failure.table + ")", change,
                     failure.p_text, failure.column, failure.limit);
}

}  // namespace splicebench
