#pragma once

#include <cstdint>
#include <vector>

namespace splicebench {

/// Indices of cases that differ in mode alone.
using Group = std::vector<std::size_t>;

/// The order of one round: groups shuffled, and within each its cases, side by side. The same seed
/// and round give the same order, whatever was measured before.
std::vector<std::size_t> round_order(const std::vector<Group>& groups, std::uint64_t seed,
                                     std::int64_t round);

}  // namespace splicebench
