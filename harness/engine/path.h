#pragma once

// The path contract: where a sample's bytes come from and go to.

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "harness/network/link.h"
#include "harness/wire/control.h"
#include "results/files/fd.h"

namespace splicebench {

/// The descriptors of one sample, fresh for it. Sockets are connected; the relay's ends are
/// non-blocking, as in a relay that has other connections to serve.
struct PathEnds {
  Fd writer;  ///< the writer's end
  Fd source;  ///< the relay's; neither this nor the sink where somebody else's relay has them
  Fd sink;    ///< the relay's
  Fd reader;  ///< the reader's end; none where the sink is a file
};

/// What the ends are made with.
struct PathPlace {
  std::string file_dir;        ///< of file sinks
  const Link* link = nullptr;  ///< of TCP connections; null: loopback
};

struct PathInfo {
  std::string name;  ///< "tcp-to-tcp"
  std::string help;  ///< one line
  Sink sink = Sink::socket;
  /// Throws std::system_error.
  std::function<PathEnds(const PathPlace& place)> open;
};

/// Every path registers itself at the end of its file.
struct RegisterPath {
  explicit RegisterPath(PathInfo info);
};

/// All that are linked in: sockets first, then files, then null; within these by name.
const std::vector<PathInfo>& paths();

/// Throws UsageError that lists what there is.
const PathInfo& path_named(const std::string& name);

/// A file in `directory` that has no name (O_TMPFILE, or made and unlinked where the file system
/// has none), so that nothing is left behind whoever dies. Throws std::system_error.
Fd nameless_file(const std::string& directory);

}  // namespace splicebench
