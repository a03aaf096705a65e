#pragma once

// For tests between agents in network namespaces.

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>
#include <random>
#include <string>
#include <vector>

#include "results/model/hosts/hosts.h"

namespace splicebench::testing {

/// Three namespaces in a row, as a link's, with names: the relay has a device "to0" towards the
/// writer, "to2" towards the reader; both have one "toR".
class NetworkNamespaces {
 public:
  NetworkNamespaces() {
    std::random_device random;
    for (const char* role : {"writer", "relay", "reader"})
      names_.push_back(fmt::format("sb-{}-{:08x}", role, random()));
    // Takes them down at the end of its input, whichever way this process ends.
    guard_ = ::popen(fmt::format("trap '' INT TERM HUP; cat >/dev/null; for name in {}; do "
                                 "ip netns del $name; done",
                                 fmt::join(names_, " "))
                         .c_str(),
                     "we");
    EXPECT_NE(guard_, nullptr);
    for (const std::string& name : names_) run(fmt::format("ip netns add {}", name));
    for (const int outer : {0, 2}) {
      run(fmt::format("ip -n {} link add to{} type veth peer name toR netns {}", names_[1], outer,
                      names_[static_cast<std::size_t>(outer)]));
      run(fmt::format("ip -n {} addr add 10.9.{}.1/24 dev to{}", names_[1], outer, outer));
      run(fmt::format("ip -n {} link set to{} up", names_[1], outer));
      const std::string& name = names_[static_cast<std::size_t>(outer)];
      run(fmt::format("ip -n {} addr add 10.9.{}.2/24 dev toR", name, outer));
      run(fmt::format("ip -n {} link set toR up", name));
      run(fmt::format("ip -n {} route add default via 10.9.{}.1", name, outer));
    }
    run(fmt::format("ip netns exec {} sysctl -qw net.ipv4.ip_forward=1", names_[1]));
  }
  ~NetworkNamespaces() { EXPECT_EQ(::pclose(guard_), 0); }
  NetworkNamespaces(const NetworkNamespaces&) = delete;
  NetworkNamespaces& operator=(const NetworkNamespaces&) = delete;

  HostOptions hosts() const {
    HostOptions options;
    for (const RoleInfo& info : kRoles)
      options.places[info.role] = "netns://" + names_[static_cast<std::size_t>(info.role)];
    return options;
  }

 private:
  static void run(const std::string& command) {
    EXPECT_EQ(std::system(command.c_str()), 0) << command;
  }
  std::vector<std::string> names_;
  std::FILE* guard_ = nullptr;
};

}  // namespace splicebench::testing
