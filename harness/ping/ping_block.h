#pragma once

// One block of a ping: fresh connections, fresh processes, round trips one after another,
// everything taken down again.

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "harness/foreign/foreign_link.h"
#include "harness/hosts/hosts.h"
#include "harness/system/programs.h"
#include "results/files/fd.h"
#include "results/model/granted.h"
#include "results/model/ping.h"

namespace splicebench {

/// The connections of a block. What is not there is not started.
struct PingEnds {
  Fd client;
  Fd relay_source;  ///< the relay's end towards the client, non-blocking
  Fd relay_sink;    ///< towards the server, non-blocking
  Fd server;
  std::shared_ptr<ForeignLink> foreign;  ///< somebody else's relay between the two; null: none
  std::string relay_congestion{};        ///< of its connections (ForeignLink::congestion())
};

struct PingPlan {
  std::function<PingEnds()> open;  ///< throws as take_block(), and SampleFailed; not over hosts
  std::string mode;                ///< of the relay, where the ends have one
  // CPUs; -1: anywhere.
  int client_cpu = -1;
  int relay_cpu = -1;
  int server_cpu = -1;
  std::int64_t size = 0;
  std::int64_t count = 0;
  std::int64_t warmup = 0;  ///< round trips before, not counted
  double rate = 0;          ///< per second; 0: each when the last is back
  std::uint64_t seed = 0;
  double timeout = 30;                  ///< seconds, beside the time that the rate asks for
  Hosts* hosts = nullptr;               ///< where the processes are; null: here
  SocketSettings sockets{};             ///< of the connections between hosts
  std::optional<RelayCommand> relay{};  ///< somebody else's, in the place of ours on its host
};

/// plan.relay as a block has it on its host.
RelayWish wish_of(const PingPlan& plan);

struct BlockResult {
  PingBlock block;  ///< round and sequence are the caller's to fill in; start is CLOCK_MONOTONIC
  std::vector<Granted> granted;
  std::string relay_congestion{};  ///< of somebody else's relay
  std::int64_t strangers = 0;      ///< over hosts: connections that were not ours
};

/// Takes it. What goes wrong (a process dies, a wrong byte, the time is over) stands in
/// block.error, and no process or descriptor is left. Throws Interrupted, and std::system_error
/// when this process has no more descriptors or processes to give, and std::runtime_error when a
/// host does not come back (HostSet::revive()).
BlockResult take_block(const PingPlan& plan, const Programs& programs);

}  // namespace splicebench
