#pragma once

// The sinks that paths combine with a source.

#include "harness/engine/path.h"
#include "harness/network/sockets.h"

namespace splicebench {

/// A TCP connection between the writer and the relay, and one between the reader and the relay,
/// over the place's link or loopback.
SocketPair tcp_source(const PathPlace& place);
SocketPair tcp_sink(const PathPlace& place);

/// `first` of a pair is the peer's end, `second` the relay's.
PathEnds to_socket(SocketPair source, SocketPair sink);
PathEnds to_file(SocketPair source, const std::string& file_dir);
PathEnds to_null(SocketPair source);

}  // namespace splicebench
