#pragma once

// The adapter to Google Benchmark: the only file that includes it, and where its versions differ.

#include <cstdint>
#include <functional>
#include <string>

namespace splicebench {

/// What Google Benchmark made of one repetition.
struct Repetition {
  std::string name;  ///< as registered
  std::int64_t iterations = 0;
  double seconds = 0;  ///< manual time, all iterations
};

/// What the measured function reports to it.
struct Timing {
  double seconds = 0;
  std::int64_t bytes = 0;
  std::string error;  ///< not empty: no figure
};

/// Registers `name` with `iterations` and manual time, runs it for one repetition, and takes it off
/// the list again: the schedule stays ours, so that rounds interleave and a run can be resumed. An
/// exception of `measured` goes through.
Repetition run_repetition(const std::string& name, std::int64_t iterations,
                          const std::function<Timing()>& measured);

}  // namespace splicebench
