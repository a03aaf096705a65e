#include "results/compare/comparison.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "results/text/line.h"

namespace splicebench {

namespace {

bool has_changed(const TableRow& row) {
  return std::any_of(row.cells.begin(), row.cells.end(), [&](const auto& cell) {
    return cell && cell->comparison && cell->comparison->significant() &&
           cell->summary.centre != row.cells.front()->summary.centre;
  });
}

}  // namespace

UnitClass scaled_as(const Comparison& comparison, std::string_view unit) {
  if (comparison.decimal_rates && (unit == "B/s" || unit.ends_with("-B/s")))
    return UnitClass::kDecimal;
  return unit_class(unit);
}

std::string keep_changed(Comparison& comparison) {
  std::int64_t all = 0;
  std::int64_t kept = 0;
  for (ComparisonTable& table : comparison.tables) {
    all += std::ssize(table.rows);
    std::erase_if(table.rows, [](const TableRow& row) { return !has_changed(row); });
    kept += std::ssize(table.rows);
  }
  std::erase_if(comparison.tables, [](const ComparisonTable& one) { return one.rows.empty(); });
  return fmt::format("{} of {} changed{}", kept, counted(all, "row"),
                     kept > 1 ? "; a geomean is of all" : "");
}

std::optional<double> geometric_mean(const std::vector<double>& values) {
  if (values.empty()) return std::nullopt;
  double mean = 0;  // running, so that the sum of a long column cannot lose its small terms
  double count = 0;
  for (const double value : values) {
    if (!(value > 0)) return std::nullopt;
    count += 1;
    mean += (std::log(value) - mean) / count;
  }
  if (!std::isfinite(mean)) return std::nullopt;
  return std::exp(mean);
}

ColumnSummary column_summary(const ComparisonTable& table, std::size_t index) {
  ColumnSummary summary;
  std::vector<double> centres;
  std::vector<double> ratios;
  std::size_t in_baseline = 0;
  std::size_t compared = 0;
  bool infinite = false;
  for (const TableRow& row : table.rows) {
    const std::optional<TableCell>& baseline = row.cells.front();
    const std::optional<TableCell>& cell = row.cells[index];
    if (baseline) ++in_baseline;
    if (!cell) continue;
    const double centre = cell->summary.centre;
    centres.push_back(centre);
    if (!baseline) continue;
    ++compared;
    const double old = baseline->summary.centre;
    if (centre == old) {
      ratios.push_back(1);  // also zero of zero
    } else if (old == 0) {
      infinite = true;
    } else {
      ratios.push_back(centre / old);
    }
  }
  if (compared != in_baseline) {
    summary.warnings.emplace_back(
        "benchmark set differs from baseline; geomeans may not be comparable");
  }
  summary.centre = geometric_mean(centres);
  if (!summary.centre) summary.warnings.emplace_back("summaries must be >0 to compute geomean");
  if (index == 0 || infinite) return summary;
  summary.ratio = geometric_mean(ratios);
  if (!summary.ratio) summary.warnings.emplace_back("ratios must be >0 to compute geomean");
  return summary;
}

}  // namespace splicebench
