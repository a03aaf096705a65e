#include "harness/sample/schedule/schedule.h"

#include <algorithm>
#include <numeric>
#include <random>

#include "harness/wire/control.h"

namespace splicebench {

namespace {

std::mt19937_64 random_of(std::uint64_t seed, std::uint64_t which, std::int64_t round) {
  std::seed_seq sequence{static_cast<std::uint32_t>(seed), static_cast<std::uint32_t>(seed >> 32),
                         static_cast<std::uint32_t>(which), static_cast<std::uint32_t>(round)};
  return std::mt19937_64(sequence);
}

std::vector<std::size_t> shuffled(std::size_t count, std::mt19937_64& random) {
  std::vector<std::size_t> order(count);
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::shuffle(order.begin(), order.end(), random);
  return order;
}

}  // namespace

std::vector<std::size_t> visit_order(std::size_t groups, std::uint64_t seed, std::int64_t round) {
  std::mt19937_64 random = random_of(seed, 0, round);
  return shuffled(groups, random);
}

Group case_order(const Group& group, std::uint64_t seed, std::int64_t round) {
  const std::size_t size = group.size();
  const std::int64_t block = round / static_cast<std::int64_t>(size);
  std::mt19937_64 random = random_of(seed, 1 + group.front(), block);
  // A Latin square: a random order turned by each number of places once.
  const std::vector<std::size_t> order = shuffled(size, random);
  const std::vector<std::size_t> turns = shuffled(size, random);
  const std::size_t turn = turns[static_cast<std::size_t>(round) % size];
  Group turned;
  for (std::size_t place = 0; place < size; ++place)
    turned.push_back(group[order[(place + turn) % size]]);
  return turned;
}

std::vector<std::size_t> round_order(const std::vector<Group>& groups, std::uint64_t seed,
                                     std::int64_t round) {
  std::vector<std::size_t> order;
  for (const std::size_t group : visit_order(groups.size(), seed, round)) {
    const Group cases = case_order(groups[group], seed, round);
    order.insert(order.end(), cases.begin(), cases.end());
  }
  return order;
}

}  // namespace splicebench
