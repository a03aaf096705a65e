#pragma once

// The connections and files of a sample, before its processes have them.

#include <vector>

#include "harness/engine/path.h"
#include "harness/foreign/foreign_relay.h"
#include "harness/network/sockets.h"
#include "harness/sample/sample.h"
#include "harness/wire/control.h"
#include "results/files/fd.h"

namespace splicebench {

/// The runner's own descriptor of the sink's file. ext4 flushes a file that was truncated and
/// written again to disk when it is closed (mount option auto_da_alloc): 170 ms for 100 MB that
/// nobody wants. An empty one it does not, so the file is emptied before its last descriptor goes.
class SinkFile {
 public:
  SinkFile() = default;
  /// Of a duplicate of `fd`. Throws std::system_error.
  explicit SinkFile(const Fd& fd);
  SinkFile(SinkFile&&) = default;
  SinkFile& operator=(SinkFile&&) = default;
  ~SinkFile();
  const Fd& fd() const { return fd_; }

 private:
  Fd fd_;
};

/// What this process keeps of a sample while others move its bytes.
struct Prepared {
  PathKinds kinds;
  std::vector<SinkFile> files;  ///< of the sinks, where those are files, by flow
  Fd source;                    ///< of the source, where that is one
};

/// What makes the TCP connections of a visit, over a listener for those of each kind: a connection
/// whose accepted end closes first holds its listener's port for a minute.
struct VisitPairs {
  explicit VisitPairs(const SampleSetting& setting);

  TcpPairs source;
  TcpPairs sink;
};

/// Opens what `plan` takes: a connection for each flow is added to `connections`, for the
/// processes; `prepared` is what this one keeps. Throws std::system_error.
void prepare(const SamplePlan& plan, const SampleSetting& setting, VisitPairs& pairs,
             Prepared& prepared, std::vector<PathEnds>& connections);

/// What somebody else's relay of a sample of `plan` is started with on this machine.
ForeignRelayPlan relay_plan_of(const SamplePlan& plan, const SampleSetting& setting);

/// What the relay of a sample of `plan` is told. Throws UsageError when the mode is too long.
RelayTask task_of(const SamplePlan& plan, const SampleSetting& setting, PathKinds kinds);

}  // namespace splicebench
