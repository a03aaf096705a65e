#pragma once

// What round trips show, as values. The text table (ping_table.h), the result file and the page
// print the same values.
//
// Wakeups: a process that sleeps on another CPU is woken through an interrupt and, where that CPU
// is idle or virtual, takes long to come back. What one such wakeup costs more than a switch on the
// same CPU is measured in every round by two floors, which have two wakeups each and differ in
// nothing else:
//
//   w = (median of the floor across two CPUs - median of the floor on one CPU) / 2
//
// The share of a mode's round trip is then k w / median, with k the wakeups of a round trip that go
// to another CPU by the placement (four when the relay has a CPU of its own). Median and interval
// over the rounds.

#include <optional>
#include <string>
#include <vector>

#include "results/model/model.h"
#include "results/stats/paired.h"
#include "results/stats/summary.h"
#include "results/verdict/ping_figures.h"

namespace splicebench {

struct PingRow {
  CaseId id;
  PingBlock all;  ///< all blocks as one; no round trips: none was good
  std::int64_t failed = 0;
  std::optional<Summary> floor_share;  ///< median of the floor / median; modes only
  std::optional<Summary> wake_share;   ///< see above; modes only
  std::optional<Summary> wakeup;       ///< w, seconds
};

struct PingVerdict {
  std::string baseline;  ///< mode the others are compared with
  std::vector<PingRow> rows;
  std::vector<PairedTable> differences;  ///< by quantile, then relay-cpu-sec/op
  std::vector<std::string> sentences;    ///< by size and mode other than the baseline
  std::vector<Warning> warnings;
};

/// Of a result with round trips.
PingVerdict ping_verdict(const Result& result, double alpha = 0.05);

/// The paired comparisons alone, that of the median first; those nothing could be paired for are
/// left out but for it. Floors are compared with nothing. Claims are made of the median, for all
/// sizes and modes together; the other tables are exploratory.
std::vector<PairedTable> compare_pings(const Result& result, double alpha = 0.05);

/// "62% [58, 66]"; without the brackets where there are too few rounds for an interval.
std::string share_text(const Summary& share);

/// What the samples say against the figures.
std::vector<Warning> ping_warnings(const Result& result);

}  // namespace splicebench
