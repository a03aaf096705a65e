#pragma once

#include <cstdint>

#include "results/files/fd.h"

namespace splicebench {

/// What is known of the order of a source's bytes.
enum Order : std::uint32_t {
  kNoOrder,     ///< they have no numbers: a unix socket's
  kFirstComes,  ///< the next segment begins with the first byte that nobody has read
  kFollowed,    ///< the next new byte has a known number
};

/// What the program of a redirection and the process see.
struct Shared {
  std::uint64_t bytes;    ///< handed on
  std::uint64_t target;   ///< of bytes: who comes to it wakes
  std::uint64_t staying;  ///< not 0: the program hands nothing on
  std::uint32_t order;    ///< an Order
  std::uint32_t next;     ///< sequence number (TCP) of the next new byte
  std::uint32_t failed;   ///< not 0: bytes were lost for want of memory
};

/// The key of the one entry of the sink's map.
inline constexpr std::int32_t kOnly = 0;

/// The program that hands what comes to a socket on to the one in `sink` (a sockmap) and counts it
/// in `counts` (an array of a Shared), waking who polls `wake` (a ring buffer). None and errno
/// where the kernel refuses it. Throws std::bad_alloc.
Fd load_program(const Fd& counts, const Fd& wake, const Fd& sink);

}  // namespace splicebench
