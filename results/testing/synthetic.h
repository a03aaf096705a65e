#pragma once

// Made-up results for tests: plausible figures from a seed, never shown as measured ones.

#include <cstdint>
#include <string>
#include <vector>

#include "results/model.h"

namespace splicebench::testing {

struct Synthetic {
  std::vector<std::string> paths{"tcp-to-tcp"};
  std::vector<std::int64_t> chunks{1024, 65536};
  std::vector<std::string> modes{"generic", "splice"};
  std::int64_t rounds = 20;
  double splice_ratio = 1.2;  ///< throughput of modes other than generic to that of generic
  double noise = 0.02;        ///< relative, uniform
  std::uint64_t seed = 1;
};

Result make_result(const Synthetic& synthetic);

}  // namespace splicebench::testing
