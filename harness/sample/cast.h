#pragma once

#include <vector>

#include "harness/engine/path.h"
#include "harness/system/members.h"
#include "harness/system/programs.h"
#include "harness/wire/control.h"

namespace splicebench {

/// The processes of one visit and the wire to its relay. The runner keeps no end of the data
/// connections, so that the end of one process is an end of stream for the others. Ends and reaps
/// all that still run at its own end.
class Cast {
 public:
  /// Starts them on `connections`, of which there is at least one and which are all of one path
  /// (the flows of a sample one after another), in the namespaces of `link` where there is one.
  Cast(std::vector<PathEnds> connections, const Programs& programs, const Link* link);

  /// A task to be done by `deadline` in seconds of CLOCK_MONOTONIC.
  void tell(const RelayTask& task, double deadline);

  /// To a relay that is ready and waits (RelayTask::waits). That it is gone shows at its report.
  void let_go();

  /// The relay's next messages. Throw SampleFailed that names who died or what took too long, and
  /// Interrupted.
  RelayReady hear_ready();
  RelayReport hear_report();

  /// As Members.
  void hang_up() { members_.hang_up(); }
  void dismiss() { members_.dismiss(); }
  std::string who_died(const std::string& otherwise) { return members_.who_died(otherwise); }

 private:
  void start(const char* name, const std::string& program, const std::vector<InheritedFd>& fds,
             int network);
  /// Why the relay's message did not come.
  std::string relay_silent(int error, const char* phase);

  Members members_{0};
  int control_ = -1;
};

}  // namespace splicebench
