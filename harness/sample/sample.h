#pragma once

// One sample: fresh sockets, fresh processes, one timed transfer, everything taken down again.

#include <cstdint>
#include <string>
#include <vector>

#include "harness/engine/engine.h"
#include "harness/engine/path.h"
#include "harness/machine/placement.h"
#include "harness/system/programs.h"
#include "results/model/granted.h"
#include "results/model/model.h"

namespace splicebench {

struct SamplePlan {
  const PathInfo* path = nullptr;
  std::string mode;
  const RelayCommand* relay = nullptr;  ///< somebody else's, in the place of an engine
  std::int64_t chunk = 0;
  std::int64_t iterations = 0;
  std::int64_t warmup_iterations = 0;  ///< 0: none
  bool hashed = false;                 ///< pseudo-random content, compared at both ends by XXH3
  std::uint64_t seed = 0;              ///< of that content
};

/// What all samples of a run share.
struct SampleSetting {
  Programs programs;
  Placement placement;
  std::string file_dir;
  double timeout = 30;         ///< seconds, for the whole sample
  const Link* link = nullptr;  ///< of TCP connections, and where the processes are; null: loopback
  SocketSettings sockets{};    ///< of every connection; of somebody else's relay our ends
};

struct SampleResult {
  Sample sample;  ///< round and sequence are the caller's to fill in; start is CLOCK_MONOTONIC
  std::vector<Granted> granted;
};

/// Takes it. What goes wrong (a process dies, bytes differ, the time is over) stands in
/// sample.error, and no process, descriptor or file is left. Throws Interrupted, and
/// std::system_error when this process itself has no more descriptors or processes to give.
SampleResult take_sample(const SamplePlan& plan, const SampleSetting& setting);

}  // namespace splicebench
