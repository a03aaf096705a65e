#pragma once

// The same cases in several results, in order of time: the trend of each, and where its level
// changes (stats/changes/change_points.h).

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "results/model/model.h"
#include "results/verdict/history/points.h"

namespace splicebench {

/// What a result gives to a history; the samples are not kept.
struct HistoryInput {
  std::string file;
  Result result;              ///< its cases without samples
  std::vector<Point> points;  ///< of the metrics that are asked for
};

/// `metric`: one of kTracked by name; empty: all that the result has. Throws UsageError where it
/// has none.
HistoryInput history_input(const std::string& file, Result result, const std::string& metric);

struct HistoryRun {
  std::string file;
  std::string date;  ///< as the result has it
  double time = 0;   ///< seconds since 1970
  bool complete = true;
  /// What decides figures and differs from the run before: "kernel: Linux 6.1 -> Linux 6.2".
  std::vector<std::string> news;
};

struct HistoryPoint {
  Summary summary;              ///< of the low state where there are two
  std::optional<Summary> high;  ///< of the other; then neither takes part in trend and changes
};

struct HistoryChange {
  std::size_t run = 0;  ///< the first of the new level
  double before = 0;    ///< median of the runs' medians from the change before on; base units
  double after = 0;     ///< the same up to the next change
  double ratio = 1;     ///< after / before
  double p = 1;         ///< corrected over the whole history
  bool better = false;
};

struct HistorySeries {
  std::string name;  ///< of the case, "Splice/tcp-to-tcp/65536/mode=splice"
  CaseId id;
  const Tracked* metric = nullptr;
  std::vector<std::optional<HistoryPoint>> points;  ///< one per run; none: it has no figure there
  std::vector<HistoryChange> changes;               ///< in order of time
};

struct History {
  double alpha = 0.05;
  std::vector<HistoryRun> runs;       ///< in order of time
  std::vector<Result> results;        ///< the same, without samples
  std::vector<std::string> modes;     ///< of all, in the order in which they first occur
  std::vector<HistorySeries> series;  ///< metric by metric in the order of kTracked
  std::size_t cases = 0;
};

/// Throws UsageError: fewer than two results, round trips beside throughput, one result twice, a
/// date that is none, and, unless `across`, machines or conditions that differ, with what does.
History history_of(std::vector<HistoryInput> inputs, bool across);

/// The figure of `series` in a run, base units; none: there is none, or two states.
std::optional<double> figure_of(const HistorySeries& series, std::size_t run);

/// What a path and mode did as a whole in a metric.
struct CommonTrend {
  std::string heading;  ///< Row::heading()
  std::string mode;
  const Tracked* metric = nullptr;
  std::size_t series = 0;       ///< of its chunks, those that have a figure in every run
  std::size_t all = 0;          ///< of its chunks
  std::vector<double> figures;  ///< geometric mean of these in each run; empty: there are none
};

/// Of every path, its conditions, and mode, metric by metric.
std::vector<CommonTrend> common_trends(const History& history);

}  // namespace splicebench
