#pragma once

#include "results/files/fd.h"
#include "results/model/facts.h"

namespace splicebench {

/// Counters of TCP in this network namespace, from /proc/net/netstat (proc(5)). Absent where that
/// cannot be read.
class NetCounters {
 public:
  NetCounters();
  NetFacts read() const;

 private:
  Fd netstat_;
};

/// The counters of `text`, which is what /proc/net/netstat says; those that are not in it absent.
NetFacts parse_netstat(const char* text);

NetFacts operator-(const NetFacts& later, const NetFacts& earlier);

}  // namespace splicebench
