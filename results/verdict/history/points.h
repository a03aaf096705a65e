#pragma once

// One figure per case and metric, for those who keep a history of figures: the exporters for
// trackers.

#include <array>
#include <string>
#include <vector>

#include "results/model/model.h"
#include "results/stats/summary.h"
#include "results/text/unit.h"

namespace splicebench {

/// A metric that is tracked.
struct Tracked {
  const char* name;    ///< as --metric takes it
  const char* unit;    ///< of metrics.h, of ping_figures.h: base units
  const char* series;  ///< its name in Prometheus, which asks for the unit in it
  Better better;
  const char* shown;  ///< unit for people
  double scale;       ///< of base units in it
};
inline constexpr std::array<Tracked, 5> kTracked{{
    {"throughput", "B/s", "splicebench_throughput_bytes_per_second", Better::kHigher, "GB/s", 1e-9},
    {"relay-cpu", "relay-cpu-sec/GB", "splicebench_relay_cpu_seconds_per_gigabyte", Better::kLower,
     "s/GB", 1},
    {"system-cpu", "system-cpu-sec/GB", "splicebench_system_cpu_seconds_per_gigabyte",
     Better::kLower, "s/GB", 1},
    {"p50", "p50-sec/op", "splicebench_round_trip_p50_seconds", Better::kLower, "us", 1e6},
    {"p99", "p99-sec/op", "splicebench_round_trip_p99_seconds", Better::kLower, "us", 1e6},
}};

/// The median of a case and its 95 % interval, whose ends are infinite with too few samples. A case
/// with two states (stats/two_states.h) has a point for each, of its samples alone, for at the
/// median of all there was none: a tracker that were given it would see a change where a few
/// samples more were in the other state.
struct Point {
  std::string name;  ///< of the case: "Splice/tcp-to-tcp/65536/mode=splice"
  CaseId id;
  const Tracked* metric;
  std::string state;  ///< "low" or "high"; empty: there is one
  Summary summary;

  /// The case's name, and of two states "/state=low" behind it.
  std::string label() const { return state.empty() ? name : name + "/state=" + state; }
};

/// Of every case that has good samples (round trips: blocks), metric by metric in the order of
/// kTracked, of two states the low one first.
std::vector<Point> points_of(const Result& result);

/// The same of one metric, by name; empty: of all. Throws UsageError where `result` has none.
std::vector<Point> points_of(const Result& result, const std::string& metric);

}  // namespace splicebench
