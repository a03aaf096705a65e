#pragma once

#include <cstddef>
#include <cstdint>

namespace splicebench {

/// Fills `size` bytes with the pseudo-random content of `seed` that starts at stream position
/// `position`: splitmix64 (Steele, Lea, Flood, OOPSLA 2014) of the 8-byte word's index, so no two
/// places of a stream look alike and lost, doubled or swapped pieces change the hash.
void fill_content(unsigned char* bytes, std::size_t size, std::uint64_t seed,
                  std::uint64_t position);

/// The seed of a flow's content, from that of its sample: of flow 0 the same, of others another, so
/// that bytes of one in the stream of another change its hash.
std::uint64_t flow_seed(std::uint64_t seed, std::uint64_t flow);

}  // namespace splicebench
