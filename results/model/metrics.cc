#include "results/model/metrics.h"

#include <algorithm>

namespace splicebench {

namespace {

/// Calls take(unit, value) for each figure of `sample`.
template <typename Take>
void each_metric(const Sample& sample, const Take& take) {
  const double ops = static_cast<double>(sample.iterations);
  take("sec/op", sample.seconds_per_op());
  take("B/s", sample.bytes_per_second());
  if (sample.relay) take("relay-cpu-sec/GB", sample.per_gb(sample.relay->total()));
  if (sample.system.known) take("system-cpu-sec/GB", sample.per_gb(sample.system.busy));
  if (sample.calls) {
    take("calls/op", static_cast<double>(sample.calls->total()) / ops);
    const double moved_by = static_cast<double>(sample.calls->in + sample.calls->out) / 2;
    if (moved_by > 0) take("B/call", static_cast<double>(sample.bytes) / moved_by);
  }
  if (sample.allocated_bytes) take("B/op", static_cast<double>(*sample.allocated_bytes) / ops);
  if (sample.allocations) take("allocs/op", static_cast<double>(*sample.allocations) / ops);
  if (!sample.flows) return;
  if (const std::optional<FlowRates>& rates = sample.flows->rates) {
    take("min-flow-B/s", rates->least);
    take("jain-index", rates->jain);
  }
  if (sample.flows->relay_memory)
    take("relay-memory-B", static_cast<double>(*sample.flows->relay_memory));
}

}  // namespace

std::vector<Metric> metrics_of(const Sample& sample) {
  std::vector<Metric> metrics;
  each_metric(sample, [&](const char* unit, double value) { metrics.push_back({unit, value}); });
  return metrics;
}

std::optional<double> metric_of(const Sample& sample, std::string_view unit) {
  std::optional<double> found;
  each_metric(sample, [&](std::string_view its_unit, double value) {
    if (its_unit == unit) found = value;
  });
  return found;
}

std::vector<double> values_of(const CaseResult& result, const std::string& unit) {
  std::vector<double> values;
  values.reserve(result.samples.size());
  for (const Sample& sample : result.samples) {
    if (!sample.error.empty()) continue;
    if (const std::optional<double> value = metric_of(sample, unit)) values.push_back(*value);
  }
  return values;
}

}  // namespace splicebench
