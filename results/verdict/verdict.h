#pragma once

// What a run shows, as values: rows of the tables, one sentence per path, warnings. The text table
// (run_table.h) and the HTML report print the same values.

#include <optional>
#include <string>
#include <vector>

#include "results/model/model.h"
#include "results/stats/paired.h"
#include "results/stats/summary.h"

namespace splicebench {

/// The process that was busiest: busy share = CPU seconds / wall seconds, median over the samples.
/// Where writer and reader share CPUs and were together busier than the relay, it is the busier of
/// these two.
struct Bottleneck {
  std::string process;    ///< "writer", "relay" or "reader"
  double share = 0;       ///< 0..1, of this process
  bool together = false;  ///< it is so only together with the other peer, on the CPU they share
};

/// One mode's figures in a row; absent where the case has no good sample.
struct ModeFigures {
  std::string mode;
  std::int64_t failed = 0;            ///< samples that ended in an error
  std::optional<Summary> throughput;  ///< B/s
  std::optional<Summary> relay_cpu;   ///< seconds per GB (10^9 bytes)
  std::optional<Summary> system_cpu;  ///< seconds per GB, all CPUs
  std::optional<Summary> bytes_per_call;
  std::optional<Bottleneck> bottleneck;
};

struct VerdictRow {
  Row id;
  std::vector<ModeFigures> modes;            ///< in the order of the options
  std::vector<PairedComparison> throughput;  ///< each other mode against the baseline; B/s
  std::vector<PairedComparison> relay_cpu;   ///< the same; relay-cpu-sec/GB
  std::vector<PairedComparison> system_cpu;  ///< the same; system-cpu-sec/GB
};

struct PathVerdict {
  std::string path;
  std::vector<std::string> sentences;  ///< one per mode other than the baseline
};

struct Verdict {
  std::string baseline;  ///< mode the others are compared with
  double alpha = 0.05;
  std::int64_t rounds_needed = 0;  ///< to claim any difference in this table
  std::vector<VerdictRow> rows;    ///< matrix order
  std::vector<PathVerdict> paths;  ///< in the order of the options
  std::vector<Warning> warnings;   ///< those of the run first, then those derived from its samples
};

Verdict verdict_of(const Result& result, double alpha = 0.05);

}  // namespace splicebench
