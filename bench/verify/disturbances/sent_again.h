#pragma once

#include <cstddef>
#include <string>

#include "harness/network/sockets.h"

namespace splicebench {

/// A TCP connection over 127.0.0.1 whose `second` end has got `bytes`, nobody having read: `first`
/// of them by one segment, the others by another one that begins with the last `again` of those,
/// as TCP joins segments that it sends again. Few enough for the first window (50000). Made by
/// TCP_REPAIR; the `first` end is good for the end of the stream, or more bytes. Throws
/// NotApplicable where that takes a privilege that is missing, std::system_error.
SocketPair sent_again(const std::string& bytes, std::size_t first, std::size_t again);

}  // namespace splicebench
