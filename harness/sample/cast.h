#pragma once

#include <vector>

#include "harness/engine/path.h"
#include "harness/hosts/host.h"
#include "harness/system/members.h"
#include "harness/system/programs.h"
#include "harness/wire/control.h"
#include "results/model/hosts/hosts.h"

namespace splicebench {

/// Who is in a cast, where, and with which data connections.
struct CastPlan {
  PerRole<Host*> hosts{};
  PerRole<StartPlan> starts{};
  bool has_writer = true;
  bool has_reader = true;
};

/// Of `connections`, which are all of one path (the flows of a sample one after another): their
/// numbers in the processes. They must outlive the making of the cast.
CastPlan cast_plan(const std::vector<PathEnds>& connections);

/// The processes of one visit and the wire to its relay. The runner keeps no end of the data
/// connections, so that the end of one process is an end of stream for the others. Ends and reaps
/// all that still run at its own end.
class Cast {
 public:
  /// Starts them, each on its host. Throws as Host::start.
  explicit Cast(const CastPlan& plan);
  /// The same here, of at least one connection.
  Cast(std::vector<PathEnds> connections, const Programs& programs);

  /// A task to be done by `deadline` in seconds of CLOCK_MONOTONIC.
  void tell(const RelayTask& task, double deadline);

  /// To a relay that waits before its clock (RelayTask::waits). That it is gone shows at its
  /// report.
  void let_go();

  /// The relay's next messages. Throw SampleFailed that names who died or what took too long, and
  /// Interrupted.
  RelayReady hear_ready();
  RelayReport hear_report();

  /// As Members.
  void hang_up() { members_.hang_up(); }
  void dismiss() { members_.dismiss(); }
  std::string who_died(const std::string& otherwise) { return members_.who_died(otherwise); }

  /// Connections that came to the listeners of its hosts, and were not its own.
  std::int64_t strangers() const { return strangers_; }

 private:
  void start(const CastPlan& plan);
  void start(const CastPlan& plan, Role role, std::vector<ControlEnd> controls);
  /// Why the relay's message did not come.
  std::string relay_silent(int error, const char* phase);

  Members members_{0};
  int control_ = -1;
  std::int64_t strangers_ = 0;
};

}  // namespace splicebench
