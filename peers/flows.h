#pragma once

// A peer of many flows: event loops over their connections, so that it is not the peer that decides
// who waits for whom.

#include <cstdint>
#include <vector>

#include "peers/peer.h"

namespace splicebench {

/// What a peer does with one connection of many.
struct FlowStep {
  std::uint32_t events;  ///< of epoll(7), to wait for
  /// Moves at most a chunk on `fd` without waiting, from position `moved` of the stream of `seed`,
  /// which is `each` bytes long. Bytes (those at the begin of `buffer`), 0 at the end of the
  /// stream, -1 and errno.
  ssize_t (*move)(int fd, std::uint64_t moved, std::uint64_t each, const Transfer& transfer,
                  std::uint64_t seed, std::vector<unsigned char>& buffer);
  bool (*surplus)(int fd);  ///< more is there than `each`; null: cannot be
};

/// The whole peer: one connection at a time by `transfer`, many at once by `step`. Returns the exit
/// status, see serve().
int run_peer(TransferFunction transfer, const FlowStep& step);

}  // namespace splicebench
