#include "bench/pings/ping_cases.h"

#include "bench/matrix/conditions.h"
#include "bench/paths/paths.h"
#include "harness/foreign/relay_command.h"
#include "harness/network/sockets.h"
#include "harness/system/process.h"
#include "results/verdict/ping_figures.h"

namespace splicebench {

namespace {

PingEnds through_a_relay(const std::string& path, const Link* link, const SocketSettings& sockets) {
  PathEnds outer = path_named(path).open({"", link, sockets});
  PingEnds ends;
  ends.client = std::move(outer.writer);
  ends.relay_source = std::move(outer.source);
  ends.relay_sink = std::move(outer.sink);
  ends.server = std::move(outer.reader);
  return ends;
}

PingEnds without_a_relay(const Link* link, const SocketSettings& sockets) {
  SocketPair pair = link == nullptr ? tcp_pair(sockets) : link->writer_to_reader(sockets);
  PingEnds ends;
  ends.client = std::move(pair.first);
  ends.server = std::move(pair.second);
  return ends;
}

PingEnds through_a_foreign_relay(const ForeignRelayPlan& plan, double timeout) {
  PingEnds ends;
  ends.foreign = std::make_shared<ForeignLink>(plan, monotonic_seconds() + timeout);
  PathEnds outer = ends.foreign->take_ends();
  ends.client = std::move(outer.writer);
  ends.server = std::move(outer.reader);
  return ends;
}

PingJob floor_job(PingPlan plan, const std::string& path, const char* name, int client, int server,
                  const SocketSettings& sockets) {
  PingJob job;
  job.one.id = {path, plan.size, name};
  job.plan = std::move(plan);
  job.plan.open = [link = job.plan.link, sockets] { return without_a_relay(link, sockets); };
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

std::vector<PingJob> ping_jobs(const RunOptions& options, const PingOptions& ping,
                               const PingPlacement& placement, const Link* link,
                               const std::string& guard) {
  std::vector<PingJob> jobs;
  const std::string& path = options.paths.front();
  const SocketSettings sockets = socket_settings(options);
  for (const std::int64_t size : options.chunks) {
    PingPlan common = common_plan(options, ping, size);
    common.link = link;
    if (placement.client < 0) {
      jobs.push_back(floor_job(common, path, kFloor, -1, -1, sockets));
    } else {
      jobs.push_back(
          floor_job(common, path, kFloorSameCpu, placement.client, placement.client, sockets));
      if (placement.other >= 0) {
        jobs.push_back(
            floor_job(common, path, kFloorTwoCpus, placement.client, placement.other, sockets));
      }
    }
    for (const std::string& mode : options.modes) {
      PingJob& job = jobs.emplace_back();
      job.one.id = {path, size, mode};
      job.one.floor = floor_name(placement);
      if (placement.cross_wakeups() >= 0) job.one.cross_wakeups = placement.cross_wakeups();
      job.plan = common;
      job.plan.open = [path, link, sockets] { return through_a_relay(path, link, sockets); };
      if (const RelayCommand* const relay = relay_of(mode, options.relays)) {
        ForeignRelayPlan foreign;
        foreign.relay = *relay;
        foreign.guard = guard;
        foreign.cpus = set_of_cpu(placement.relay);
        foreign.link = link;
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
