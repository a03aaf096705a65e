#pragma once

// What hosts are called for people.

#include <string>
#include <vector>

#include "results/model/model.h"

namespace splicebench {

/// Of each of `hosts`, by the shortest that tells their places apart: the machines' own names,
/// those that ssh or ip-netns(8) knows them by, or the places as they were given.
std::vector<std::string> host_names(const std::vector<HostFacts>& hosts);

/// "writer on a, relay on b, reader on c"; of a ping "client on a, ...". Empty: all was on one
/// machine.
std::string hosts_text(const Result& result);

/// What `role` is called in a result of that kind: of a ping "client" and "server".
const char* role_text(const Result& result, Role role);

/// The host of `role`; null: all was on one machine.
const HostFacts* host_of(const Result& result, Role role);

/// The machine that the figures are of: the relay's.
struct RelayMachine {
  std::string host;
  std::string kernel;
  std::string cpu_model;
  std::int64_t cpus = 0;
};
RelayMachine relay_machine(const Result& result);

/// "the relay's device eth0 (virtio_net, 10000 Mbit/s), MTU 1500", "the relay's devices eth0 (...)
/// and eth1 (...)"; empty: not known, or none.
std::string relay_device_text(const Result& result);

}  // namespace splicebench
