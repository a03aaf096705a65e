#pragma once

// Which samples of splicebench's own results were taken together, so that a comparison can count
// visits, or whole runs, where samples are not independent of each other.

#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "results/compare/record.h"
#include "results/stats/sample_comparison.h"

namespace splicebench {

/// The samples of a cell, reduced to what is independent within a run.
struct VisitFigures {
  std::string row;               ///< of its first sample
  std::string group;             ///< likewise
  std::string mode;              ///< likewise
  std::set<std::size_t> files;   ///< inputs by their number
  std::vector<double> by_visit;  ///< median of each visit
  std::vector<double> by_run;    ///< median of these in each input
};

/// Visits of the same run are no runs apart: its modes stand in the same ones.
bool share_an_input(const VisitFigures& a, const VisitFigures& b);

/// Two cells of runs that are apart. What is counted are runs where each side has three or more,
/// else visits. With `apart` to be judged (judge_columns.h); where a figure is 0, and so has no
/// logarithm, judged by the Mann-Whitney test instead; where all are, there is nothing to test.
SampleComparison compare_visits(const VisitFigures& older, const VisitFigures& newer, double alpha);

class Visits {
 public:
  /// Where a sample comes from, by numbers.
  struct Origin {
    std::size_t row = 0;
    const std::string* mode = nullptr;
    std::int64_t round = 0;
  };

  /// The label of the input whose samples follow.
  void start_file(const std::string& label);
  Origin note(const OwnSample& sample);

  /// Of `values` with an origin each; not before all inputs are read.
  VisitFigures figures(std::span<const double> values, std::span<const Origin> origins) const;

  /// By label: the part of the CPUs' busy time that the hypervisor took, where that is known.
  std::vector<std::pair<std::string, double>> steal() const;

 private:
  struct Row {
    std::size_t file = 0;
    std::string key;
    std::string group;
    std::set<std::string, std::less<>> modes;
  };
  struct Times {
    std::string label;
    double busy = 0;
    double steal = 0;
  };

  std::vector<Times> files_;
  std::deque<Row> rows_;
  std::map<std::string, std::size_t, std::less<>> row_index_;  ///< of the input that is read
};

}  // namespace splicebench
