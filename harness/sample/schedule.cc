#include "harness/sample/schedule.h"

#include <algorithm>
#include <random>

namespace splicebench {

std::vector<std::size_t> round_order(const std::vector<Group>& groups, std::uint64_t seed,
                                     std::int64_t round) {
  std::seed_seq sequence{static_cast<std::uint32_t>(seed), static_cast<std::uint32_t>(seed >> 32),
                         static_cast<std::uint32_t>(round)};
  std::mt19937_64 random(sequence);
  std::vector<Group> shuffled = groups;
  std::shuffle(shuffled.begin(), shuffled.end(), random);
  std::vector<std::size_t> order;
  for (Group& group : shuffled) {
    std::shuffle(group.begin(), group.end(), random);
    order.insert(order.end(), group.begin(), group.end());
  }
  return order;
}

}  // namespace splicebench
