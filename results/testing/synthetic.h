#pragma once

// Made-up results for tests: plausible figures from a seed, never shown as measured ones.

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "results/model/model.h"
#include "results/testing/draws.h"

namespace splicebench::testing {

/// Makes up one sample of a case; its round, place and start are set afterwards.
using SampleMaker = std::function<Sample(const CaseId&, std::int64_t round, Random&)>;

/// The same speed on every path and chunk.
struct Flat {
  double splice_ratio = 1.2;  ///< throughput of modes other than generic to that of generic
  double noise = 0.02;        ///< relative, uniform

  Sample operator()(const CaseId& id, std::int64_t round, Random& random) const;
};

struct Synthetic {
  std::vector<std::string> paths{"tcp-to-tcp"};
  std::vector<std::int64_t> chunks{1024, 65536};
  std::vector<std::string> modes{"generic", "splice"};
  std::int64_t rounds = 20;
  SampleMaker sample = Flat{};
  std::uint64_t seed = 1;
};

/// A complete run.
Result make_result(const Synthetic& synthetic);

}  // namespace splicebench::testing
