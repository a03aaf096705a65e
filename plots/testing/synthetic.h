#pragma once

// Invented results for tests of charts and page. Never shipped, never shown as measured.

#include <cstdint>
#include <string>
#include <vector>

#include "results/model/model.h"

namespace splicebench::testing {

struct SyntheticOptions {
  std::vector<std::string> paths{"tcp-to-tcp", "unix-to-tcp", "tcp-to-file", "tcp-to-null"};
  int chunks = 11;  ///< powers of two from 1 KiB
  std::vector<std::string> modes{"generic", "splice"};
  int rounds = 20;
  std::uint64_t seed = 1;
  double speed = 1;  ///< factor on every throughput, to make an old and a new
};

/// A complete run of `options`: curves of plausible shape with seeded noise, some of it in bursts.
Result synthetic_result(const SyntheticOptions& options = {});

}  // namespace splicebench::testing
