#pragma once

#include <string>
#include <vector>

#include "results/model/model.h"
#include "results/verdict/history/points.h"

namespace splicebench {

/// Go benchmark text that benchstat reads: configuration lines, then a line per good sample; errors
/// as comments it passes over. `benchstat -col /mode` compares the modes.
std::string to_benchfmt(const Result& result);

/// One record per sample, all fields, base units, RFC 4180; the first names the columns.
std::string to_csv(const Result& result);

/// Bencher Metric Format (its adapter `json`): an object per case, in it one per metric, with the
/// interval where it is finite.
std::string to_bencher(const std::vector<Point>& points);

/// An array for github-action-benchmark's tools customBiggerIsBetter and customSmallerIsBetter.
/// Which way is better holds for its whole file: throws UsageError when `points` do not agree.
std::string to_github_action_benchmark(const std::vector<Point>& points);

/// Prometheus' text format, for node_exporter's textfile collector: a gauge per metric, a series
/// per case, its median and the ends of its interval told apart by `stat`.
std::string to_prometheus(const std::vector<Point>& points);

}  // namespace splicebench
