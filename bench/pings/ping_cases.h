#pragma once

// What a ping measures: cases, and how a block of each is taken.

#include <vector>

#include "harness/ping/ping_block.h"
#include "harness/ping/ping_placement.h"
#include "results/model/model.h"

namespace splicebench {

struct PingJob {
  PingCase one;
  PingPlan plan;  ///< count is the runner's to fill in
};

/// What all plans of messages of `size` bytes share.
PingPlan common_plan(const RunOptions& options, const PingOptions& ping, std::int64_t size);

/// Of each of `rows` the floors and then the modes of `options`, on the row's CPUs and over `veth`
/// where the row says so (null only where none does), which must outlive them; `guard`: its
/// program. With a placement two floors where there are two CPUs: what a wakeup of another CPU
/// costs is their difference.
std::vector<PingJob> ping_jobs(const RunOptions& options, const PingOptions& ping,
                               const std::vector<Row>& rows, Hosts* veth, const std::string& guard);

/// What a value of --placement comes to for round trips, for MachineConditions.
AppliedCondition place_pings(const std::string& value, const PathKinds& path);

}  // namespace splicebench
