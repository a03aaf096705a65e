#pragma once

// What is told of round trips.

#include <string>
#include <vector>

#include "results/model/metrics.h"
#include "results/model/ping.h"

namespace splicebench {

bool is_floor(const std::string& mode);

/// "Ping/tcp-to-tcp/1024/mode=splice".
std::string ping_name(const CaseId& id);

/// The percentiles that are printed and recorded, and what they are called.
struct PingQuantile {
  const char* name;  ///< "p99.9"; "max"
  double share;      ///< 0..1
};
inline constexpr PingQuantile kPingQuantiles[] = {
    {"p50", 0.5}, {"p90", 0.9}, {"p99", 0.99}, {"p99.9", 0.999}, {"max", 1}};

/// "p50-sec/op" of "p50".
std::string quantile_unit(const std::string& name);
/// "service-p50-sec/op" of "p50": from the send itself.
std::string service_unit(const std::string& name);

/// Seconds.
double value_of(const PingQuantile& quantile, const Histogram& times);

/// Figures of a block without error for `size` bytes: the quantiles (of these p90 and above only
/// where at least one time lies beyond), by a schedule those of the service times, too, sec/op
/// (mean), ping-B/s (bytes x round trips / time, one way), relay-cpu-sec/op, relay-switches/op.
std::vector<Metric> metrics_of(const PingBlock& block, std::int64_t size);

/// All units that metrics_of() of a block may have, in its order.
std::vector<std::string> ping_units();

/// All blocks of a case without error as one: use and times added up.
PingBlock merged(const PingCase& one);

}  // namespace splicebench
