#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "results/formats/journal.h"
#include "results/model/visit_rounds.h"

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

/// The order in which one round visits the groups: shuffled, by seed and round alone.
std::vector<std::size_t> visit_order(std::size_t groups, std::uint64_t seed, std::int64_t round);

/// The order of all cases in one round: groups in that order, the cases of each side by side in
/// theirs.
std::vector<std::size_t> round_order(const std::vector<Group>& groups, std::uint64_t seed,
                                     std::int64_t round);

/// The order of a group's cases in its visit of one round, by seed and round alone, whatever was
/// measured before: the second of a pair is 2 % slower (conditions.md), so in every so many rounds
/// as there are cases each stands in each place once; who comes first and after whom is random.
Group case_order(const Group& group, std::uint64_t seed, std::int64_t round);

}  // namespace splicebench
