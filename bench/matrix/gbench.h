#pragma once

// The adapter to Google Benchmark: the only file that includes it, and where its versions differ.

#include <cstdint>
#include <string>

namespace splicebench {

/// What Google Benchmark made of one repetition.
struct Repetition {
  std::string name;  ///< as registered
  std::int64_t iterations = 0;
  double seconds = 0;  ///< manual time, all iterations
};

/// What was measured.
struct Timing {
  double seconds = 0;
  std::int64_t bytes = 0;
};

/// Registers `name` with `iterations` and manual time, runs it for one repetition of the time that
/// was measured, and takes it off the list again: the schedule stays ours, so that rounds
/// interleave and a run can be resumed.
Repetition run_repetition(const std::string& name, std::int64_t iterations, const Timing& timing);

}  // namespace splicebench
