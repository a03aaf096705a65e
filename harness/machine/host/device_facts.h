#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace splicebench {

/// How a network device is set. What cannot be known is empty or absent.
struct DeviceFacts {
  std::string driver;                      ///< "virtio_net"
  std::optional<std::int64_t> speed = {};  ///< Mbit/s, as the driver has it
  std::optional<std::int64_t> mtu = {};    ///< bytes
  std::string offloads;  ///< those that are on, as ethtool(8) -K names them: "rx tx sg tso gso gro"
  std::string qdisc;     ///< of its queues, each kind once, the root first: "mq fq_codel"
};

/// Of the device of this name in this thread's network namespace: asks the driver (SIOCETHTOOL) and
/// rtnetlink(7), not /sys, which shows the devices of the namespace it was mounted in.
DeviceFacts device_facts(const std::string& name);

}  // namespace splicebench
