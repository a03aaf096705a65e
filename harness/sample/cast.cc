#include "harness/sample/cast.h"

#include <fmt/format.h>

#include <cerrno>

#include "harness/hosts/local_host.h"
#include "harness/network/sockets.h"

namespace splicebench {

CastPlan cast_plan(const std::vector<PathEnds>& connections) {
  CastPlan plan;
  PerRole<StartPlan>& starts = plan.starts;
  for (std::uint32_t i = 0; i < connections.size(); ++i) {
    const PathEnds& ends = connections[i];
    if (ends.source) starts[Role::relay].held.push_back({ends.source.get(), source_fd(i)});
    if (ends.sink) starts[Role::relay].held.push_back({ends.sink.get(), sink_fd(i)});
    if (ends.writer) starts[Role::writer].held.push_back({ends.writer.get(), data_fd(i)});
    if (ends.reader) starts[Role::reader].held.push_back({ends.reader.get(), data_fd(i)});
  }
  return plan;
}

Cast::Cast(const CastPlan& plan) { start(plan); }

Cast::Cast(std::vector<PathEnds> connections, const Programs& programs) {
  LocalHost here(programs);
  CastPlan plan = cast_plan(connections);
  plan.has_writer = static_cast<bool>(connections.front().writer);
  plan.has_reader = static_cast<bool>(connections.front().reader);
  for (const RoleInfo& info : kRoles) plan.hosts[info.role] = &here;
  start(plan);
}

/// The writer first: between hosts its connections are on their way when the relay takes them, as
/// the relay's are when the reader does.
void Cast::start(const CastPlan& plan) {
  SocketPair relay = control_pair();
  control_ = members_.keep(std::move(relay.first));
  std::vector<ControlEnd> relay_controls;
  relay_controls.push_back({std::move(relay.second), kControlFd});
  const auto peer_control = [&relay_controls](int of_relay) {
    SocketPair pair = control_pair();
    relay_controls.push_back({std::move(pair.first), of_relay});
    return std::move(pair.second);
  };
  std::vector<ControlEnd> reader_controls;
  if (plan.has_writer) {
    std::vector<ControlEnd> controls;
    controls.push_back({peer_control(kWriterControlFd), kControlFd});
    start(plan, Role::writer, std::move(controls));
  }
  if (plan.has_reader) reader_controls.push_back({peer_control(kReaderControlFd), kControlFd});
  start(plan, Role::relay, std::move(relay_controls));
  if (plan.has_reader) start(plan, Role::reader, std::move(reader_controls));
}

void Cast::start(const CastPlan& plan, Role role, std::vector<ControlEnd> controls) {
  StartPlan start = plan.starts[role];
  start.part = role == Role::writer   ? Part::writer
               : role == Role::reader ? Part::reader
                                      : Part::relay;
  members_.add(name_of(start.part),
               plan.hosts[role]->start(start, std::move(controls), strangers_));
}

void Cast::tell(const RelayTask& task, double deadline) {
  members_.set_deadline(deadline);
  if (!send(control_, task))
    throw SampleFailed(members_.who_died("the relay was gone before it got its task"));
}

void Cast::let_go() { send(control_, RelayGo()); }

RelayReady Cast::hear_ready() {
  RelayReady ready;
  members_.wait_for_message(control_, "before all were ready");
  if (!receive(control_, ready)) throw SampleFailed(relay_silent(errno, "it was ready"));
  return ready;
}

RelayReport Cast::hear_report() {
  RelayReport report;
  members_.wait_for_message(control_, "before the report");
  if (!receive(control_, report)) throw SampleFailed(relay_silent(errno, "its report"));
  return report;
}

std::string Cast::relay_silent(int error, const char* phase) {
  return members_.who_died(fmt::format("the relay {} before {}", why_not_received(error), phase));
}

}  // namespace splicebench
