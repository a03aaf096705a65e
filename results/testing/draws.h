#pragma once

// Made-up noise of the simulations, from a seed.

#include <random>

namespace splicebench::testing {

using Random = std::mt19937_64;

/// Mean 0, standard deviation 1.
inline double normal(Random& random) { return std::normal_distribution<double>()(random); }
/// At least 0, below 1.
inline double uniform(Random& random) { return std::uniform_real_distribution<double>()(random); }

}  // namespace splicebench::testing
