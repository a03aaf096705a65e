#pragma once

// What `splicebench relay` did so far.

#include <cstdint>
#include <string>
#include <vector>

#include "results/model/model.h"

namespace splicebench {

/// Of all connections' bytes that went one way.
struct DirectionStatistics {
  std::int64_t in = 0;   ///< bytes taken
  std::int64_t out = 0;  ///< bytes delivered; the rest is held, or was lost with its connection
  Calls calls;

  DirectionStatistics& operator+=(const DirectionStatistics& other);
};

struct ProxyStatistics {
  DirectionStatistics to_connect;    ///< from those who connected to the relay
  DirectionStatistics from_connect;  ///< and back
  std::int64_t accepted = 0;
  std::int64_t active = 0;
  std::int64_t finished = 0;     ///< both ends closed in order
  std::int64_t refused = 0;      ///< closed at once for want of descriptors; not among accepted
  std::int64_t unreachable = 0;  ///< --connect did not take it
  std::int64_t broken = 0;       ///< reset or failed in between
  std::int64_t unfinished = 0;   ///< still open when the relay ended
  /// Ends at unix sockets that saw an orderly end although their connection did not finish: only
  /// TCP knows resets. Of the connections above that are not finished, at most two for each.
  std::int64_t silent = 0;
  std::vector<std::string> unfinished_names;  ///< of the first few: who, and how far
  double seconds = 0;                         ///< since the start
  CpuTime cpu;
  std::int64_t wakeups = 0;  ///< epoll_wait calls that returned

  /// Adds what another thread counted; seconds and cpu are of the whole process and stay.
  ProxyStatistics& operator+=(const ProxyStatistics& other);
};

/// Lines for people, each ended.
std::string relay_text(const ProxyStatistics& statistics);

/// One line of JSON, ended: the fields above by their names, seconds and bytes.
std::string relay_json(const ProxyStatistics& statistics);

}  // namespace splicebench
