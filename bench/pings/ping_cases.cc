#include "bench/pings/ping_cases.h"

#include "bench/matrix/conditions.h"
#include "bench/paths/paths.h"
#include "harness/foreign/relay_command.h"
#include "harness/machine/placement.h"
#include "harness/network/sockets.h"
#include "harness/system/process.h"
#include "results/verdict/ping_figures.h"

namespace splicebench {

namespace {

PingEnds through_a_relay(const std::string& path, const SocketSettings& sockets) {
  PathEnds outer = path_named(path).open({"", sockets});
  PingEnds ends;
  ends.client = std::move(outer.writer);
  ends.relay_source = std::move(outer.source);
  ends.relay_sink = std::move(outer.sink);
  ends.server = std::move(outer.reader);
  return ends;
}

PingEnds without_a_relay(const SocketSettings& sockets) {
  SocketPair pair = tcp_pair(sockets);
  PingEnds ends;
  ends.client = std::move(pair.first);
  ends.server = std::move(pair.second);
  return ends;
}

PingEnds through_a_foreign_relay(const ForeignRelayPlan& plan, double timeout) {
  PingEnds ends;
  ends.foreign = std::make_shared<ForeignLink>(plan, monotonic_seconds() + timeout);
  ends.relay_congestion = ends.foreign->congestion();
  PathEnds outer = ends.foreign->take_ends();
  ends.client = std::move(outer.writer);
  ends.server = std::move(outer.reader);
  return ends;
}

PingJob floor_job(PingPlan plan, const Row& row, const char* name, int client, int server) {
  PingJob job;
  job.one.id = {row, name};
  job.plan = std::move(plan);
  job.plan.open = [sockets = job.plan.sockets] { return without_a_relay(sockets); };
  job.plan.client_cpu = client;
  job.plan.server_cpu = server;
  return job;
}

/// Of the modes: where their ends lie without the relay.
const char* floor_name(const PingPlacement& placement) {
  if (placement.client < 0) return kFloor;
  return placement.client == placement.server ? kFloorSameCpu : kFloorTwoCpus;
}

}  // namespace

PingPlan common_plan(const RunOptions& options, const PingOptions& ping, std::int64_t size) {
  PingPlan plan;
  plan.size = size;
  plan.rate = ping.rate;
  plan.seed = options.seed;
  plan.timeout = options.timeout;
  return plan;
}

AppliedCondition place_pings(const std::string& value, const PathKinds& /*path*/) {
  const PingPlacement placement = place_ping(value, allowed_cpus());
  return {ConditionKind::placement, placement.name, false, placement.text, placement.sharing()};
}

std::vector<PingJob> ping_jobs(const RunOptions& options, const PingOptions& ping,
                               const std::vector<Row>& rows, Hosts* veth,
                               const std::string& guard) {
  std::vector<PingJob> jobs;
  for (const Row& row : rows) {
    const std::string& path = row.path;
    const SocketSettings sockets = socket_settings(row);
    const PingPlacement placement =
        place_ping(row.conditions[ConditionKind::placement].value, allowed_cpus());
    PingPlan common = common_plan(options, ping, row.chunk);
    common.sockets = sockets;
    if (row.conditions[ConditionKind::link].value == kVeth) common.hosts = veth;
    if (placement.client < 0) {
      jobs.push_back(floor_job(common, row, kFloor, -1, -1));
    } else {
      jobs.push_back(floor_job(common, row, kFloorSameCpu, placement.client, placement.client));
      if (placement.other >= 0)
        jobs.push_back(floor_job(common, row, kFloorTwoCpus, placement.client, placement.other));
    }
    for (const std::string& mode : options.modes) {
      PingJob& job = jobs.emplace_back();
      job.one.id = {row, mode};
      job.one.floor = floor_name(placement);
      if (placement.cross_wakeups() >= 0) job.one.cross_wakeups = placement.cross_wakeups();
      job.plan = common;
      job.plan.open = [path, sockets] { return through_a_relay(path, sockets); };
      if (const RelayCommand* const relay = relay_of(mode, options.relays)) {
        job.plan.relay = *relay;
        ForeignRelayPlan foreign;
        foreign.relay = *relay;
        foreign.guard = guard;
        foreign.cpus = set_of_cpu(placement.relay);
        foreign.sockets = sockets;
        job.plan.open = [foreign, timeout = options.timeout] {
          return through_a_foreign_relay(foreign, timeout);
        };
      }
      job.plan.mode = mode;
      job.plan.client_cpu = placement.client;
      job.plan.relay_cpu = placement.relay;
      job.plan.server_cpu = placement.server;
    }
  }
  return jobs;
}

}  // namespace splicebench
