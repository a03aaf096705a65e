#pragma once

#include <cstdint>
#include <string>
#include <utility>

#include "results/model/conditions.h"

namespace splicebench {

/// What all modes that are compared with each other have in common. Of round trips: the chunk is
/// the size of a message.
struct Row {
  std::string path;         ///< e.g. "tcp-to-tcp"
  std::int64_t chunk = 0;   ///< bytes of the writer's write and the reader's read
  Conditions conditions{};  ///< under which it is measured

  /// Tells it from other rows of its result: "tcp-to-tcp/1024/congestion=bbr".
  std::string key() const;
  /// What it shares with rows of other chunks, the title of a table or panel of them: "tcp-to-tcp",
  /// "tcp-to-tcp, congestion=bbr".
  std::string heading() const;
  friend bool operator==(const Row&, const Row&) = default;
};

/// What is measured: a row and a mode.
struct CaseId : Row {
  std::string mode;  ///< as typed: "splice", "generic:buffer=1MiB"

  CaseId() = default;
  CaseId(Row of, std::string by) : Row(std::move(of)), mode(std::move(by)) {}
  CaseId(std::string on, std::int64_t size, std::string by)
      : CaseId(Row{std::move(on), size}, std::move(by)) {}

  const Row& row() const { return *this; }

  /// Go's benchmark name plus conditions and mode: "Splice/tcp-to-tcp/1024/mode=splice"; file and
  /// null sinks are "SpliceFile/...". Without "Benchmark".
  std::string name() const;
  friend bool operator==(const CaseId&, const CaseId&) = default;
};

}  // namespace splicebench
