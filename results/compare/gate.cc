#include "results/compare/gate.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <map>
#include <utility>

#include "results/files/error.h"
#include "results/text/line.h"

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

/// Units of which the second follows from the first.
constexpr std::array<std::pair<std::string_view, std::string_view>, 3> kMirrored{{
    {"sec/op", "B/s"},
    {"sec/op", "ping-B/s"},
    {"calls/op", "B/call"},
}};

bool same_keys(const ComparisonTable& a, const ComparisonTable& b) {
  return std::equal(
      a.keys.begin(), a.keys.end(), b.keys.begin(), b.keys.end(),
      [](const KeyValue& x, const KeyValue& y) { return x.key == y.key && x.value == y.value; });
}

/// Whether another table of `comparison` says of `row` what `table` says of it.
bool is_mirrored(const Comparison& comparison, const ComparisonTable& table, const TableRow& row) {
  for (const auto& [first, second] : kMirrored) {
    if (table.unit != second) continue;
    for (const ComparisonTable& other : comparison.tables) {
      if (other.unit != first || !same_keys(other, table)) continue;
      for (const TableRow& one : other.rows) {
        if (one.label == row.label) return true;
      }
    }
  }
  return false;
}

/// Of runs apart: of the case alone, for Holm's correction.
std::optional<double> p_alone(const SampleComparison& compared) {
  return compared.apart ? compared.apart->p : compared.p;
}

/// What is held against a limit.
struct Held {
  const GateLimit* limit;
  const ComparisonTable* table;
  const TableRow* row;
  std::size_t column;
  bool upward;

  const TableCell& cell() const { return *row->cells[column]; }
  const SampleComparison& compared() const { return *cell().comparison; }
};

std::string warning(const ComparisonTable& table, const TableRow& row, std::size_t column,
                    const std::string& what) {
  const std::string where = table_label(table);
  return fmt::format("{} {}{}, {}: {}", table.unit, row.label,
                     where.empty() ? "" : " (" + where + ")", column_label(table.columns[column]),
                     what);
}

/// What all rows of some path did together beyond `limit`. Of two runs nobody can tell whether that
/// was the machine, so it neither closes the gate nor is it passed over.
void check_shifts(const Comparison& comparison, const GateLimit& limit,
                  const ComparisonTable& table, bool upward, GateReport& report) {
  for (const ColumnShift& shift : comparison.shifts) {
    if (shift.unit != table.unit) continue;
    for (const GroupShift& group : shift.apart.groups) {
      const double change = std::expm1(group.change);
      const double bound = limit.upward.has_value() || upward ? limit.limit : -limit.limit;
      if (upward ? change <= bound : change >= bound) continue;
      std::string warning = fmt::format(
          "--fail-on {}: {} of {} changed by {:+.1f}% in all rows together, which may be the "
          "machine; "
          "run both again, or give three results under each label",
          limit.text, table.unit, fmt::join(group.names, ", "), change * 100);
      const std::vector<std::string>& told = report.warnings;
      if (std::find(told.begin(), told.end(), warning) == told.end())
        report.warnings.push_back(std::move(warning));
    }
  }
}

/// What `limit` judges in `table`; a warning where which way is worse is not known.
void hold(const Comparison& comparison, const GateLimit& limit, const ComparisonTable& table,
          std::vector<Held>& held, GateReport& report) {
  const std::optional<bool> upward = direction(limit, table);
  if (!upward) {
    report.warnings.push_back(fmt::format(
        "--fail-on {}: which way is better in {} is not known; write '{}>+{}' or "
        "'{}<-{}', or 'Unit {} better=lower' in an input",
        limit.text, table.unit, table.unit, limit.text, table.unit, limit.text, table.unit));
    return;
  }
  const bool mirrored = limit.unit.empty() && !table.rows.empty() &&
                        is_mirrored(comparison, table, table.rows.front());
  if (!mirrored) check_shifts(comparison, limit, table, *upward, report);
  for (const TableRow& row : table.rows) {
    if (limit.unit.empty() && is_mirrored(comparison, table, row)) continue;
    for (std::size_t i = 1; i < row.cells.size(); ++i) {
      if (row.cells[i] && row.cells[i]->comparison)
        held.push_back({&limit, &table, &row, i, *upward});
    }
  }
}

/// What no limit can judge; said once per table.
void check_completeness(const ComparisonTable& table, GateReport& report) {
  for (const TableRow& row : table.rows) {
    for (std::size_t i = 0; i < row.cells.size(); ++i) {
      if (!row.cells[i]) {
        report.warnings.push_back(
            warning(table, row, i, fmt::format("missing in {}", column_label(table.columns[i]))));
      } else if (row.cells[i]->comparison && row.cells[i]->comparison->too_few) {
        report.warnings.push_back(warning(table, row, i,
                                          fmt::format("too few samples to tell ({}); measure more",
                                                      format_p(*row.cells[i]->comparison))));
      }
    }
    if (row.cells.size() == 1) {
      report.warnings.push_back(
          warning(table, row, 0, "stands in one column only; nothing to compare with"));
    }
  }
}

/// The least p that samples of these sizes can have: 2 / C(old + new, old).
double least_p(std::int64_t n_old, std::int64_t n_new) {
  const auto log_factorial = [](std::int64_t n) { return std::lgamma(static_cast<double>(n + 1)); };
  return 2 * std::exp(log_factorial(n_old) + log_factorial(n_new) - log_factorial(n_old + n_new));
}

/// The greatest p that is significant by Holm's step-down; nothing when none is. A cell is tested
/// once, however many limits hold it; one that can never be significant is not tested.
double holm_threshold(const std::vector<Held>& held, GateReport& report) {
  std::map<const TableCell*, const Held*> family;
  for (const Held& one : held) {
    if (one.compared().p && !one.compared().too_few) family.emplace(&one.cell(), &one);
  }
  report.tests = std::ssize(family);
  std::vector<double> ps;
  for (const auto& [cell, one] : family) {
    ps.push_back(*p_alone(one->compared()));
    if (one->compared().apart) continue;
    const double level = report.alpha / static_cast<double>(report.tests);
    if (least_p(one->compared().n_old, one->compared().n_new) <= level) continue;
    report.warnings.push_back(
        warning(*one->table, *one->row, one->column,
                fmt::format("too few samples to tell among {} tests ({}); measure more",
                            report.tests, format_p(one->compared()))));
  }
  std::sort(ps.begin(), ps.end());
  double threshold = -1;
  for (std::size_t i = 0; i < ps.size(); ++i) {
    if (ps[i] > report.alpha / static_cast<double>(ps.size() - i)) break;
    threshold = ps[i];
  }
  return threshold;
}

/// Its change when that is beyond its limit.
void judge(const Held& held, double threshold, GateReport& report) {
  const SampleComparison& compared = held.compared();
  const std::optional<double> p = p_alone(compared);
  if (p ? *p > threshold : !compared.significant()) return;
  const double change = compared.apart ? std::expm1(compared.apart->beyond)
                                       : signed_change(held.row->cells.front()->summary.centre,
                                                       held.cell().summary.centre);
  const GateLimit& limit = *held.limit;
  // A limit without direction is a size: 5% fails beyond -5% where more is better.
  const double bound = limit.upward.has_value() || held.upward ? limit.limit : -limit.limit;
  if (held.upward ? change <= bound : change >= bound) return;
  report.failures.push_back({limit.text, table_label(*held.table), held.table->unit,
                             held.row->label, column_label(held.table->columns[held.column]),
                             change, p, format_p(compared)});
}

/// Whether there is anything for a limit to judge, though it may not know which way.
bool has_comparison(const Comparison& comparison, const std::vector<GateLimit>& limits) {
  for (const ComparisonTable& table : comparison.tables) {
    const bool guarded = std::any_of(limits.begin(), limits.end(), [&](const GateLimit& limit) {
      return limit.unit.empty() || limit.unit == table.unit;
    });
    for (const TableRow& row : table.rows) {
      for (const std::optional<TableCell>& cell : row.cells) {
        if (guarded && cell && cell->comparison) return true;
      }
    }
  }
  return false;
}

}  // namespace

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
  report.alpha = comparison.alpha;
  std::vector<Held> held;
  for (const ComparisonTable& table : comparison.tables) {
    bool guarded = false;
    for (const GateLimit& limit : limits) {
      if (!limit.unit.empty() && limit.unit != table.unit) continue;
      hold(comparison, limit, table, held, report);
      guarded = true;
    }
    if (guarded) check_completeness(table, report);
  }
  if (!has_comparison(comparison, limits)) {
    throw UsageError(fmt::format(
        "--fail-on: nothing was compared{}; give two results that have benchmarks in common",
        report.warnings.empty() ? "" : " (" + report.warnings.front() + ")"));
  }
  const double threshold = holm_threshold(held, report);
  for (const Held& one : held) judge(one, threshold, report);
  return report;
}

}  // namespace splicebench
