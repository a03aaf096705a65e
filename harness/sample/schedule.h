#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "results/formats/journal.h"

namespace splicebench {

/// Indices of cases that differ in mode alone.
using Group = std::vector<std::size_t>;

/// Groups of `cases`, in their order.
template <typename Case>
std::vector<Group> groups_of(const std::vector<Case>& cases) {
  std::vector<Group> groups;
  std::map<std::string, std::size_t> known;
  for (std::size_t index = 0; index < cases.size(); ++index) {
    const auto [place, fresh] = known.emplace(cases[index].id.key(), groups.size());
    if (fresh) groups.emplace_back();
    groups[place->second].push_back(index);
  }
  return groups;
}

/// The order of one round: groups shuffled, and within each its cases, side by side. The same seed
/// and round give the same order, whatever was measured before.
std::vector<std::size_t> round_order(const std::vector<Group>& groups, std::uint64_t seed,
                                     std::int64_t round);

}  // namespace splicebench
