#pragma once

#include <cstdint>
#include <string>

namespace splicebench {

/// What is measured: a path, a chunk and a mode.
struct CaseId {
  std::string path;        ///< e.g. "tcp-to-tcp"
  std::int64_t chunk = 0;  ///< bytes of the writer's write and the reader's read
  std::string mode;        ///< as typed: "splice", "generic:buffer=1MiB"

  /// Go's benchmark name plus the mode: "Splice/tcp-to-tcp/1024/mode=splice"; file and null sinks
  /// are "SpliceFile/...". Without "Benchmark".
  std::string name() const;
  friend bool operator==(const CaseId&, const CaseId&) = default;
};

/// "path/chunk": what the modes of a group have in common.
std::string group_key(const CaseId& id);

}  // namespace splicebench
