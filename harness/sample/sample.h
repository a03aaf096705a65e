#pragma once

// A visit of a row: fresh processes with a fresh connection for each of its samples, a timed
// transfer on each, everything taken down again.

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "harness/engine/engine.h"
#include "harness/engine/path.h"
#include "harness/machine/placement.h"
#include "harness/sample/source/source_file.h"
#include "harness/system/programs.h"
#include "results/model/granted.h"
#include "results/model/model.h"

namespace splicebench {

class Hosts;

/// Untimed transfers before the timed one: equal pieces until two in a row are alike, or so many.
/// In iterations; no pieces: none.
struct WarmUp {
  std::int64_t piece = 0;
  std::int64_t pieces = 0;
};

/// Eighths of the timed iterations, up to half of them.
/// Pieces are whole chunks of each flow, as `iterations` are.
WarmUp warm_up_of(std::int64_t iterations, std::int64_t flows = 1);

struct SamplePlan {
  const PathInfo* path = nullptr;
  std::string mode;
  const RelayCommand* relay = nullptr;  ///< somebody else's, in the place of an engine
  std::int64_t chunk = 0;
  std::int64_t flows = 1;          ///< connections at once
  std::int64_t relay_threads = 1;  ///< at most as many as flows, as the peers'
  std::int64_t peer_threads = 1;
  std::int64_t iterations = 0;  ///< a multiple of flows
  WarmUp warmup{};
  bool hashed = false;     ///< pseudo-random content, compared at both ends by XXH3
  std::uint64_t seed = 0;  ///< of that content
};

/// What all samples of a run share.
struct SampleSetting {
  Programs programs;
  Placement placement;
  std::string file_dir;
  double timeout = 30;           ///< seconds, for the whole sample
  SocketSettings sockets{};      ///< of every connection; of somebody else's relay our ends
  SourceFile* source = nullptr;  ///< of paths from a file
  Hosts* hosts = nullptr;        ///< where the processes are; null: here, TCP over loopback
};

struct SampleResult {
  Sample sample;  ///< round and sequence are the caller's to fill in; start is CLOCK_MONOTONIC
  std::vector<Granted> granted;
  std::string relay_congestion{};  ///< of somebody else's relay, where content is verified
};

/// Gets the result of the plan of that index, each as soon as it is there.
using TakeResult = std::function<void(std::size_t index, SampleResult result)>;

/// Takes a sample for each of `plans`, which are of one path, in their order. The processes are
/// started once; somebody else's relay is started for its sample alone. What goes wrong (a process
/// dies, bytes differ, the time is over) stands in the error of that sample, the rest are taken
/// with fresh processes, and no process, descriptor or file is left. Throws Interrupted, and
/// std::system_error when this process itself has no more descriptors or processes to give.
void take_visit(const std::vector<SamplePlan>& plans, const SampleSetting& setting,
                const TakeResult& take);

/// A visit of one sample.
SampleResult take_sample(const SamplePlan& plan, const SampleSetting& setting);

}  // namespace splicebench
