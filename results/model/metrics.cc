#include "results/model/metrics.h"

#include <algorithm>

namespace splicebench {

std::vector<Metric> metrics_of(const Sample& sample) {
  const double ops = static_cast<double>(sample.iterations);
  std::vector<Metric> metrics{
      {"sec/op", sample.seconds_per_op()},
      {"B/s", sample.bytes_per_second()},
  };
  if (sample.relay) metrics.push_back({"relay-cpu-sec/GB", sample.per_gb(sample.relay->total())});
  if (sample.system.known)
    metrics.push_back({"system-cpu-sec/GB", sample.per_gb(sample.system.busy)});
  if (sample.calls) {
    metrics.push_back({"calls/op", static_cast<double>(sample.calls->total()) / ops});
    const double moved_by = static_cast<double>(sample.calls->in + sample.calls->out) / 2;
    if (moved_by > 0) metrics.push_back({"B/call", static_cast<double>(sample.bytes) / moved_by});
  }
  if (sample.allocated_bytes) {
    metrics.push_back({"B/op", static_cast<double>(*sample.allocated_bytes) / ops});
  }
  if (sample.allocations) {
    metrics.push_back({"allocs/op", static_cast<double>(*sample.allocations) / ops});
  }
  return metrics;
}

std::vector<double> values_of(const CaseResult& result, const std::string& unit) {
  std::vector<double> values;
  values.reserve(result.samples.size());
  for (const Sample& sample : result.samples) {
    if (!sample.error.empty()) continue;
    for (const Metric& metric : metrics_of(sample)) {
      if (metric.unit == unit) values.push_back(metric.value);
    }
  }
  return values;
}

}  // namespace splicebench
