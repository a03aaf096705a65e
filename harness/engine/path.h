#pragma once

// The path contract: where a sample's bytes come from and go to.

#include <functional>
#include <string>

#include "harness/network/sockets.h"
#include "results/files/fd.h"
#include "results/model/path_kinds.h"

namespace splicebench {

/// The descriptors of one sample, fresh for it. Sockets are connected; the relay's ends are
/// non-blocking, as in a relay that has other connections to serve.
struct PathEnds {
  Fd writer;  ///< the writer's end; none where the source is a file
  Fd source;  ///< the relay's; neither this nor the sink where somebody else's relay has them
  Fd sink;    ///< the relay's
  Fd reader;  ///< the reader's end; none where the sink is a file
};

/// What the ends are made with: TCP connections are over loopback.
struct PathPlace {
  std::string file_dir;      ///< of files
  SocketSettings sockets{};  ///< of every connection
  /// No TCP connections: their ends are made where the processes are started (harness/hosts).
  bool without_tcp = false;
  /// Where the TCP connections of the source's and of the sink's kind come from; null: each is made
  /// by itself.
  TcpPairs* source_pairs = nullptr;
  TcpPairs* sink_pairs = nullptr;
  int source_file = -1;  ///< what a file source reads, from its begin; -1: a new, empty file
};

struct PathInfo {
  PathKinds kinds;
  std::string help;  ///< one line
  /// Throws std::system_error.
  std::function<PathEnds(const PathPlace& place)> open;
  /// The writer's and the reader's end of one connection of the sink's kind, as without a relay.
  /// Null where either is a file. Throws likewise.
  std::function<PathEnds(const PathPlace& place)> open_direct = {};

  std::string name() const { return kinds.name(); }
};

}  // namespace splicebench
