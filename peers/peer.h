#pragma once

// What the writer and the reader share: everything but the transfer itself.

#include <cstdint>
#include <vector>

#include "harness/control.h"

namespace splicebench {

/// Moves transfer.bytes over kDataFd in pieces of `buffer`; fills bytes, error and hash of the
/// report.
using TransferFunction = PeerReport (*)(const Transfer& transfer,
                                        std::vector<unsigned char>& buffer);

/// Serves the control socket until it ends: task, ready, then a report per transfer. Returns the
/// exit status, 0: the relay is gone or done, or has been told why there is nothing to serve.
int serve(TransferFunction transfer);

/// Fills `size` bytes with the pseudo-random content of `seed` that starts at stream position
/// `position` (a multiple of 8): splitmix64 (Steele, Lea, Flood, OOPSLA 2014) of the 8-byte word's
/// index, so no two places of a stream look alike and lost, doubled or swapped pieces change the
/// hash.
void fill_content(unsigned char* bytes, std::size_t size, std::uint64_t seed,
                  std::uint64_t position);

}  // namespace splicebench
