#pragma once

// What a run shows, as values: rows of the tables, one sentence per path, warnings. The text table
// (run_table.h) and the HTML report print the same values.

#include <string>
#include <vector>

#include "results/model/model.h"
#include "results/stats/case_figures.h"
#include "results/stats/paired.h"

namespace splicebench {

struct VerdictRow {
  Row id;
  std::vector<CaseFigures> modes;            ///< in the order of the options
  std::vector<PairedComparison> throughput;  ///< each other mode against the baseline; B/s
  std::vector<PairedComparison> relay_cpu;   ///< the same; relay-cpu-sec/GB
  std::vector<PairedComparison> system_cpu;  ///< the same; system-cpu-sec/GB
};

struct PathVerdict {
  std::string path;                    ///< and conditions: Row::heading()
  std::vector<std::string> sentences;  ///< one per mode other than the baseline
};

struct Verdict {
  std::string baseline;  ///< mode the others are compared with
  double alpha = 0.05;
  std::int64_t rounds_needed = 0;  ///< to claim any difference in this run
  std::int64_t comparisons = 0;    ///< of all rows, modes and metrics: one family of claims
  std::vector<VerdictRow> rows;    ///< matrix order
  std::vector<PathVerdict> paths;  ///< matrix order
  std::vector<Warning> warnings;   ///< those of the run first, then those derived from its samples
};

/// Median throughput of `mode` as a part of that of the floor of its row; none where there is no
/// floor, or either has two states.
std::optional<double> floor_share(const VerdictRow& row, const CaseFigures& mode);

Verdict verdict_of(const Result& result, double alpha = 0.05);

}  // namespace splicebench
