#pragma once

// The whole comparison as values: tables of rows and columns, every cell summarised and compared
// with the baseline, the first column of its table. Nothing here prints.

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "results/stats/sample_comparison.h"
#include "results/stats/summary.h"
#include "results/text/unit.h"

namespace splicebench {

struct KeyValue {
  std::string key;
  std::string value;
};

struct TableCell {
  Summary summary;
  /// Of what is mixed in the cell though no projection tells it apart: "benchmarks vary in ...".
  std::vector<std::string> warnings;
  std::optional<SampleComparison> comparison;  ///< with the baseline; absent in the first column
                                               ///< and where the baseline has no such row
};

struct TableColumn {
  std::vector<KeyValue> keys;  ///< one per level of the header
};

struct TableRow {
  std::string label;
  std::vector<KeyValue> keys;
  std::vector<std::optional<TableCell>> cells;  ///< one per column
};

/// The geometric mean over the rows of a column.
struct ColumnSummary {
  std::optional<double> centre;  ///< absent unless all centres are positive
  /// Geometric mean of the ratios to the baseline; absent in the first column, and where a ratio is
  /// not positive and finite.
  std::optional<double> ratio;
  std::vector<std::string> warnings;
};

/// What the runs of a column did against those of the first, in one unit.
struct ColumnShift {
  std::string unit;
  std::vector<KeyValue> column;
  RunUnits counted = RunUnits::kVisits;
  RunsApart apart;
};

struct ComparisonTable {
  std::vector<KeyValue> keys;  ///< of -table, without the unit
  std::string unit;            ///< base unit
  std::optional<Better> better;
  std::vector<TableColumn> columns;
  std::vector<TableRow> rows;
  std::vector<ColumnSummary> geomean;  ///< one per column
};

struct Comparison {
  double alpha = 0.05;
  double confidence = 0.95;
  /// B/s have decimal prefixes, as `run` prints them: all figures are splicebench's own. Those of
  /// others have binary ones, as benchstat.
  bool decimal_rates = false;
  std::vector<ComparisonTable> tables;
  std::vector<ColumnShift> shifts;  ///< of results of splicebench alone
  /// Of these, by label: the part of the CPUs' busy time that the hypervisor took.
  std::vector<std::pair<std::string, double>> steal;
};

/// How the figures of a table of `unit` are scaled.
UnitClass scaled_as(const Comparison& comparison, std::string_view unit);

/// Leaves out the rows without a significant change, and tables without a row; geometric means stay
/// those of all rows. "3 of 44 rows changed; a geomean is of all".
std::string keep_changed(Comparison& comparison);

/// exp(mean of the logarithms); nothing for an empty list or a value that is not positive.
std::optional<double> geometric_mean(const std::vector<double>& values);

/// Geometric means of column `index`, over its centres and over their ratios to the baseline.
ColumnSummary column_summary(const ComparisonTable& table, std::size_t index);

}  // namespace splicebench
